import { once } from 'node:events';
import type { Server, ServerResponse } from 'node:http';
import { Server as TcpServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { OpenConnections } from './open-connections.js';

/** How long the steps of the end may take, in milliseconds. */
interface StopTimes {
  /** Between "not ready" and closing the listener: the router learns of it and sends new requests elsewhere. */
  readonly drain: number;
  /** After that: requests still arrive on connections that were accepted before. */
  readonly grace: number;
  /** From the signal on. */
  readonly deadline: number;
}

const DRAIN_MS = 1_000;
const GRACE_MS = 500;
const POLL_MS = 50;

/** The part of a process that its end needs. */
type Host = Pick<NodeJS.Process, 'on' | 'exit'>;

/** Ctrl-C reaches an app twice, from the terminal and from the program that started it: that is one wish. */
const REPEAT_MS = 500;

/** Ends an app as the platform expects: not ready, closed to new connections, running requests finished, exit 0. */
@Injectable()
export class ShutdownService {
  readonly #logger = new Logger(ShutdownService.name);
  readonly #connections: OpenConnections;
  #stoppingSince: number | undefined;

  constructor(connections: OpenConnections) {
    this.#connections = connections;
  }

  get stopping(): boolean {
    return this.#stoppingSince !== undefined;
  }

  /**
   * Begins to listen to SIGTERM and SIGINT; a second signal ends the process at once.
   *
   * @param deadline milliseconds from the signal on; what has not ended by then never will
   */
  start(
    app: NestFastifyApplication,
    deadline: number,
    host: Host = process,
    { drain = DRAIN_MS, grace = GRACE_MS }: Partial<StopTimes> = {},
  ): void {
    const times: StopTimes = { drain, grace, deadline };
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      host.on(signal, () => {
        if (this.#stoppingSince === undefined) void this.#stop(app, signal, times).then(() => host.exit(0));
        else if (performance.now() - this.#stoppingSince > REPEAT_MS) host.exit(130);
      });
    }
  }

  async #stop(app: NestFastifyApplication, signal: string, times: StopTimes): Promise<void> {
    this.#stoppingSince = performance.now();
    const deadline = this.#stoppingSince + times.deadline;
    const server: Server = app.getHttpServer();
    this.#logger.log(`${signal}: not ready any more, finishing what runs`);
    await delay(times.drain);
    await this.#closeListener(server, times.grace);
    const closed = app.close().then(() => true);
    const onTime = await this.#finishRequests(server, deadline);
    const ended = await Promise.race([closed, delay(deadline - performance.now(), false, { ref: false })]);
    if (onTime && ended) this.#logger.log('stopped, nothing is left undone');
    else this.#logger.warn(`stopped, though not all had ended after ${times.deadline / 1_000} s`);
  }

  /**
   * Accepts no more connections, and serves those that were accepted once more: until they are closed, or for a grace.
   *
   * `close` of an HTTP server would close connections at once whose request is on its way.
   */
  async #closeListener(server: Server, grace: number): Promise<void> {
    // Not earlier: clients would open new connections, and lose those that the kernel has not handed over by now.
    this.#connections.pendingAnswers.forEach(closeAfter);
    // Before the listener of Fastify, which may answer at once.
    server.prependListener('request', (_request, response) => closeAfter(response));
    const closed = once(server, 'close');
    TcpServer.prototype.close.call(server);
    await Promise.race([closed, delay(grace)]);
  }

  /**
   * Waits for the requests that run, and then closes what connections are left: Node.js waits for a client that never
   * sends a request, or stops half-way through its headers, for as long as the client likes.
   */
  async #finishRequests(server: Server, deadline: number): Promise<boolean> {
    while (this.#runs()) {
      if (performance.now() >= deadline) break;
      await delay(POLL_MS);
    }
    const finished = !this.#runs();
    server.closeAllConnections();
    return finished;
  }

  /** Whether a request waits for its answer; one whose connection broke waits no more. */
  #runs(): boolean {
    return this.#connections.pendingAnswers.some(({ req }) => !req.socket.destroyed);
  }
}

/** Has an answer close its connection: the router opens no new request on one that ends. */
function closeAfter(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader('connection', 'close');
}
