import type { Server, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** How long the steps of the end may take, in milliseconds. */
interface StopTimes {
  /** Between "not ready" and closing the door: the router learns of it and sends new requests elsewhere. */
  readonly drain: number;
  /** From the signal on. */
  readonly deadline: number;
}

const DRAIN_MS = 1_000;
const POLL_MS = 50;

/** The part of a process that its end needs. */
type Host = Pick<NodeJS.Process, 'on' | 'exit'>;

/** Ctrl-C reaches an app twice, from the terminal and from the program that started it: that is one wish. */
const REPEAT_MS = 500;

/** Ends an app as the platform expects: not ready, closed to new connections, running requests finished, exit 0. */
@Injectable()
export class ShutdownService {
  readonly #logger = new Logger(ShutdownService.name);
  readonly #running = new Set<ServerResponse>();
  #stoppingSince: number | undefined;

  get stopping(): boolean {
    return this.#stoppingSince !== undefined;
  }

  /** Keeps account of what runs. */
  prepare(app: NestFastifyApplication): void {
    const server: Server = app.getHttpServer();
    server.on('request', (_request, response) => {
      if (this.stopping) closeAfter(response);
      this.#running.add(response);
      response.on('close', () => this.#running.delete(response));
    });
  }

  /**
   * Begins to listen to SIGTERM and SIGINT; a second signal ends the process at once.
   *
   * @param deadline milliseconds from the signal on; what has not ended by then never will
   */
  start(app: NestFastifyApplication, deadline: number, host: Host = process, drain = DRAIN_MS): void {
    const times: StopTimes = { drain, deadline };
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      host.on(signal, () => {
        if (this.#stoppingSince === undefined) void this.stop(app, signal, times).then(() => host.exit(0));
        else if (Date.now() - this.#stoppingSince > REPEAT_MS) host.exit(130);
      });
    }
  }

  private async stop(app: NestFastifyApplication, signal: string, times: StopTimes): Promise<void> {
    this.#stoppingSince = Date.now();
    this.#running.forEach(closeAfter);
    this.#logger.log(`${signal}: not ready any more, finishing what runs`);
    await delay(times.drain);
    const deadline = this.#stoppingSince + times.deadline;
    const closed = app.close().then(() => true);
    const onTime = await this.finishRequests(app.getHttpServer(), deadline);
    const ended = await Promise.race([closed, delay(deadline - Date.now(), false, { ref: false })]);
    if (onTime && ended) this.#logger.log('stopped, nothing is left undone');
    else this.#logger.warn(`stopped, though not all had ended after ${times.deadline / 1_000} s`);
  }

  /**
   * Waits for the requests that run, and then closes what connections are left: Node.js waits for a client that never
   * sends a request, or stops half-way through its headers, for as long as the client likes.
   */
  private async finishRequests(server: Server, deadline: number): Promise<boolean> {
    while (server.listening || this.runs()) {
      if (Date.now() >= deadline) break;
      await delay(POLL_MS);
    }
    const finished = !this.runs();
    server.closeAllConnections();
    return finished;
  }

  /** Whether a request waits for its answer; one whose connection broke waits no more. */
  private runs(): boolean {
    return [...this.#running].some((response) => !response.req.socket.destroyed);
  }
}

/** Has an answer close its connection: the router opens no new request on one that ends. */
function closeAfter(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader('connection', 'close');
}
