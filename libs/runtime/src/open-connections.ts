import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Injectable } from '@nestjs/common';

/** Requests that a connection can send before the first response. Callers that pipeline send only a few. */
const MAX_PIPELINED = 16;

interface Connection {
  /** Unfinished responses, in the order of their requests. */
  readonly pending: ServerResponse[];
}

/** The open connections of an app, and which of them wait for a response. */
@Injectable()
export class OpenConnections {
  /** Ordered by the time since they were opened or last got a response, longest first. */
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
      if (connection.pending.length > MAX_PIPELINED) {
        stopParsing(socket);
        this.close(socket);
      }
      response.on('close', () => this.#settle(socket, connection));
    });
  }

  get size(): number {
    return this.#connections.size;
  }

  /** Unfinished responses. */
  get pendingResponses(): ServerResponse[] {
    return [...this.#connections.values()].flatMap(({ pending }) => pending);
  }

  /** The connection that has been idle, or has not completed its request, for the longest time; undefined if none is. */
  findLongestIdle(): Socket | undefined {
    for (const [socket, { pending }] of this.#connections) {
      if (pending[0]?.req.complete !== true) return socket;
    }
    return undefined;
  }

  /** Of the connections that wait for a response, the one that was opened or got a response last. */
  findLastWaiting(): ServerResponse | undefined {
    return this.pendingResponses.at(-1);
  }

  /** Closes a connection and stops counting it at once. */
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

/** Return value with which Node.js tells its parser to leave the rest to the protocol after an upgrade. */
const LEAVE_THE_REST = 2;

/**
 * Ends the parsing of what was already read. A destroyed socket is not enough: up to 64 KiB have been read at once, and
 * Node.js would create a request and a response for each of the 1 700 requests that fit into them.
 */
function stopParsing(socket: Socket): void {
  const { parser } = socket as Socket & { readonly parser?: { onIncoming: () => number } };
  if (parser) parser.onIncoming = () => LEAVE_THE_REST;
}
