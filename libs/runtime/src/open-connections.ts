import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Injectable } from '@nestjs/common';

/** Requests that a connection may send before the first of them is answered; callers that pipeline send a few. */
const MAX_PIPELINED = 16;

interface Connection {
  /** Answers that are not finished, in the order of their requests. */
  readonly pending: ServerResponse[];
}

/** The open connections of an app, and which of them wait for an answer. */
@Injectable()
export class OpenConnections {
  /** The connection that was opened or answered longest ago comes first. */
  readonly #connections = new Map<Socket, Connection>();

  watch(server: Server): void {
    server.on('connection', (socket: Socket) => {
      this.#connections.set(socket, { pending: [] });
      socket.on('close', () => this.#connections.delete(socket));
    });
    server.on('request', ({ socket }, response) => {
      const connection = this.#connections.get(socket);
      if (connection === undefined) return;
      connection.pending.push(response);
      if (connection.pending.length > MAX_PIPELINED) this.close(socket);
      response.on('close', () => this.#settle(socket, connection));
    });
  }

  get size(): number {
    return this.#connections.size;
  }

  /** Answers that are not finished. */
  get pendingAnswers(): ServerResponse[] {
    return [...this.#connections.values()].flatMap(({ pending }) => pending);
  }

  /** The connection that has been idle, or has not completed its request, for longest; undefined if none is. */
  findLongestIdle(): Socket | undefined {
    for (const [socket, { pending }] of this.#connections) {
      if (pending[0]?.req.complete !== true) return socket;
    }
    return undefined;
  }

  /** Of the connections that wait for an answer, the one that was opened or answered last. */
  findLastWaiting(): ServerResponse | undefined {
    return this.pendingAnswers.at(-1);
  }

  /** Closes a connection; it counts no longer. */
  close(socket: Socket): void {
    this.#connections.delete(socket);
    socket.destroy();
  }

  #settle(socket: Socket, connection: Connection): void {
    connection.pending.shift();
    if (!this.#connections.delete(socket)) return;
    this.#connections.set(socket, connection);
  }
}
