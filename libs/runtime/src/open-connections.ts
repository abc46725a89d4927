import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Injectable } from '@nestjs/common';

/** The open connections of an app, and which of them wait for an answer. */
@Injectable()
export class OpenConnections {
  /**
   * Each with the answer to its last request, while that is not finished. The connection that was opened or answered
   * longest ago comes first.
   */
  readonly #pending = new Map<Socket, ServerResponse | undefined>();

  watch(server: Server): void {
    server.on('connection', (socket: Socket) => {
      this.#pending.set(socket, undefined);
      socket.on('close', () => this.#pending.delete(socket));
    });
    server.on('request', ({ socket }, response) => {
      this.#pending.set(socket, response);
      response.on('close', () => this.#settle(socket, response));
    });
  }

  get size(): number {
    return this.#pending.size;
  }

  /** Answers that are not finished. */
  get pendingAnswers(): ServerResponse[] {
    return [...this.#pending.values()].filter((response) => response !== undefined);
  }

  /** The connection that has been idle, or has not completed its request, for longest; undefined if none is. */
  findLongestIdle(): Socket | undefined {
    for (const [socket, response] of this.#pending) {
      if (response?.req.complete !== true) return socket;
    }
    return undefined;
  }

  /** Of the connections that wait for an answer, the one that was opened or answered last. */
  findLastWaiting(): ServerResponse | undefined {
    return this.pendingAnswers.at(-1);
  }

  /** Closes a connection; it counts no longer. */
  close(socket: Socket): void {
    this.#pending.delete(socket);
    socket.destroy();
  }

  #settle(socket: Socket, response: ServerResponse): void {
    // It may be closed, or have sent its next request already.
    if (this.#pending.get(socket) !== response) return;
    this.#pending.delete(socket);
    this.#pending.set(socket, undefined);
  }
}
