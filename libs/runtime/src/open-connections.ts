import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Injectable } from '@nestjs/common';

/** Requests that a connection can send before the first response. Callers that pipeline send only a few. */
const MAX_PIPELINED = 16;

interface Connection {
  /** Unfinished responses, in the order of their requests. */
  readonly pending: ServerResponse[];
  /** Counts up over all connections whenever one is opened or gets a response: the lowest has waited longest. */
  turn: number;
}

/** The open connections of an app, and which of them wait for a response. */
@Injectable()
export class OpenConnections {
  readonly #connections = new Map<Socket, Connection>();
  #turns = 0;

  watch(server: Server): void {
    server.on('connection', (socket: Socket) => {
      this.#connections.set(socket, { pending: [], turn: (this.#turns += 1) });
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
      response.on('close', () => this.#settle(connection));
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
    let longest: [Socket, Connection] | undefined;
    for (const [socket, connection] of this.#connections) {
      if (connection.pending[0]?.req.complete === true) continue;
      if (longest === undefined || connection.turn < longest[1].turn) longest = [socket, connection];
    }
    return longest?.[0];
  }

  /** Of the connections that wait for a response, the one that was opened or got a response last. */
  findLastWaiting(): ServerResponse | undefined {
    let last: Connection | undefined;
    for (const connection of this.#connections.values()) {
      if (connection.pending.length === 0) continue;
      if (last === undefined || connection.turn > last.turn) last = connection;
    }
    return last?.pending.at(-1);
  }

  /** Closes a connection and stops counting it at once. */
  close(socket: Socket): void {
    this.#connections.delete(socket);
    socket.destroy();
  }

  #settle(connection: Connection): void {
    connection.pending.shift();
    connection.turn = this.#turns += 1;
  }
}

/** The return value that makes the parser of Node.js leave the remaining bytes to the protocol after an upgrade. */
const LEAVE_THE_REST = 2;

/**
 * Ends the parsing of what was already read. A destroyed socket is not enough: up to 64 KiB have been read at once, and
 * Node.js would create a request and a response for each of the 1 700 requests that fit into them.
 */
function stopParsing(socket: Socket): void {
  const { parser } = socket as Socket & { readonly parser?: { onIncoming: () => number } };
  if (parser) parser.onIncoming = () => LEAVE_THE_REST;
}
