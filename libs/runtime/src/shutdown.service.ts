import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** Between "not ready" and closing the door: the router learns of it and sends new requests elsewhere. */
const DRAIN_MS = 1_000;

/** Ctrl-C reaches an app twice, from the terminal and from the program that started it: that is one wish. */
const REPEAT_MS = 500;

/** Ends an app as the platform expects: not ready, closed to new connections, running requests finished, exit 0. */
@Injectable()
export class ShutdownService {
  readonly #logger = new Logger(ShutdownService.name);
  #stoppingSince: number | undefined;

  get stopping(): boolean {
    return this.#stoppingSince !== undefined;
  }

  /** Has every answer during the stop close its connection: the router opens no new request on one that ends. */
  prepare(app: NestFastifyApplication): void {
    app
      .getHttpAdapter()
      .getInstance()
      .addHook('onSend', (_request, reply, payload, done) => {
        if (this.stopping) void reply.header('connection', 'close');
        done(null, payload);
      });
  }

  /** Begins to listen to SIGTERM and SIGINT; a second signal ends the process at once. */
  start(app: NestFastifyApplication): void {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.on(signal, () => {
        if (this.#stoppingSince === undefined) void this.stop(app, signal);
        else if (Date.now() - this.#stoppingSince > REPEAT_MS) process.exit(130);
      });
    }
  }

  private async stop(app: NestFastifyApplication, signal: string): Promise<void> {
    this.#stoppingSince = Date.now();
    this.#logger.log(`${signal}: not ready any more, finishing what runs`);
    await delay(DRAIN_MS);
    await app.close();
    this.#logger.log('stopped, nothing is left undone');
    process.exit(0);
  }
}
