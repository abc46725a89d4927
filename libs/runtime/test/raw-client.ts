import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** A connection on which a test sends exact bytes. */
export class RawClient {
  #received = '';
  #closed = false;

  private constructor(readonly socket: Socket) {
    socket.setEncoding('utf8').on('data', (text: string) => (this.#received += text));
    socket.on('error', () => {
      // `close` follows.
    });
    socket.once('close', () => (this.#closed = true));
  }

  /** Connects, and waits until the app has accepted it. */
  static async connect(app: NestFastifyApplication): Promise<RawClient> {
    const { port } = app.getHttpServer().address() as { port: number };
    const accepted = once(app.getHttpServer(), 'connection');
    const client = new RawClient(connect(port, '127.0.0.1'));
    await Promise.all([once(client.socket, 'connect'), accepted]);
    return client;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Everything received so far. */
  get received(): string {
    return this.#received;
  }

  send(text: string): void {
    this.socket.write(text);
  }

  /** Sends text and waits until the received text matches; returns everything received so far. */
  async ask(text: string, answer: RegExp): Promise<string> {
    this.send(text);
    while (!answer.test(this.#received)) {
      if (this.#closed) throw new Error(`Closed; received so far: ${this.#received}`);
      await Promise.race([once(this.socket, 'data'), once(this.socket, 'close')]);
    }
    return this.#received;
  }

  async untilClosed(): Promise<void> {
    if (!this.#closed) await new Promise((resolve) => this.socket.once('close', resolve));
  }
}
