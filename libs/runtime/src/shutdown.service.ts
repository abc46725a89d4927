import { once } from 'node:events';
import type { Server, ServerResponse } from 'node:http';
import { Server as TcpServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable, Logger } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Clock } from 'nest-ias';
import { EXIT_CODES } from './exit-codes.js';
import { MONOTONIC_CLOCK } from './monotonic-clock.js';
import { OpenConnections } from './open-connections.js';

/** Durations of the steps, in milliseconds. */
interface StopTimes {
  /** From the signal until the port is closed. In this time the router notices that the app is not ready. */
  readonly drain: number;
  /** After that, time for requests to arrive on connections that were already accepted. */
  readonly grace: number;
  /** From the signal until the process exits. */
  readonly deadline: number;
}

const DRAIN_MS = 1_000;
const GRACE_MS = 500;
const POLL_MS = 50;

/** The members of `process` that are used here. */
type Host = Pick<NodeJS.Process, 'on' | 'exit'>;

/**
 * Ctrl-C can reach an app twice, from the terminal and from its parent process. Within this time, two signals count as
 * one.
 */
const REPEAT_MS = 500;

/** Stops an app gracefully: not ready, no new connections, running requests finished, exit code 0. */
@Injectable()
export class ShutdownService {
  readonly #logger = new Logger(ShutdownService.name);
  readonly #connections: OpenConnections;
  readonly #now: Clock;
  #stoppingSince: number | undefined;

  constructor(connections: OpenConnections, @Inject(MONOTONIC_CLOCK) now: Clock) {
    this.#connections = connections;
    this.#now = now;
  }

  get stopping(): boolean {
    return this.#stoppingSince !== undefined;
  }

  /**
   * Stops the app on SIGTERM or SIGINT. A second signal ends the process at once.
   *
   * @param deadline milliseconds from the signal until the process exits, even if requests still run: `SHUTDOWN_SECONDS`,
   *   whose default and bounds are in `server-settings.ts`
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
        if (this.#stoppingSince === undefined)
          void this.#stop(app, signal, times).then(() => host.exit(EXIT_CODES.stopped));
        else if (this.#now() - this.#stoppingSince > REPEAT_MS) host.exit(EXIT_CODES.interrupted);
      });
    }
  }

  async #stop(app: NestFastifyApplication, signal: string, times: StopTimes): Promise<void> {
    this.#stoppingSince = this.#now();
    const deadline = this.#stoppingSince + times.deadline;
    const server: Server = app.getHttpServer();
    this.#logger.log(`${signal}: no longer ready, finishing running requests`);
    await delay(times.drain);
    await this.#closeListener(server, times.grace);
    const closed = app.close().then(() => true);
    const onTime = await this.#finishRequests(server, deadline);
    const ended = await Promise.race([closed, delay(deadline - this.#now(), false, { ref: false })]);
    if (onTime && ended) this.#logger.log('stopped, all requests are finished');
    else this.#logger.warn(`stopped after ${times.deadline / 1_000} s, some requests were not finished`);
  }

  /**
   * Closes the port, then answers each open connection once more, until all are closed or the grace period ends.
   *
   * `close` of an HTTP server would also close connections whose request is still on its way.
   */
  async #closeListener(server: Server, grace: number): Promise<void> {
    // Not earlier: clients would open new connections, and those still in the kernel's queue are lost when the port closes.
    this.#connections.pendingResponses.forEach(closeAfter);
    // Before the listener of Fastify, which can respond at once.
    server.prependListener('request', (_request, response) => closeAfter(response));
    const closed = once(server, 'close');
    TcpServer.prototype.close.call(server);
    await Promise.race([closed, delay(grace)]);
  }

  /**
   * Waits for running requests, then closes the remaining connections. Otherwise Node.js would wait for clients that
   * never send a request or never complete their headers.
   */
  async #finishRequests(server: Server, deadline: number): Promise<boolean> {
    while (this.#hasRunningRequests()) {
      if (this.#now() >= deadline) break;
      await delay(POLL_MS);
    }
    const finished = !this.#hasRunningRequests();
    server.closeAllConnections();
    return finished;
  }

  /** Whether a request waits for its response. A request whose connection is closed does not count. */
  #hasRunningRequests(): boolean {
    return this.#connections.pendingResponses.some(({ req }) => !req.socket.destroyed);
  }
}

/** Makes a response close its connection, so that the router sends no further request on it. */
function closeAfter(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader('connection', 'close');
}
