import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { OpenConnections } from './open-connections.js';
import { SERVER_OPTIONS } from './server.options.js';

/** Bytes that the incomplete requests of all metered connections may occupy together. */
const BUDGET_BYTES = 4 * 1024 * 1024;

/** What Node.js keeps of one that is incomplete: its headers. */
const MAX_BYTES_EACH = SERVER_OPTIONS.http.maxHeaderSize;

/**
 * As many connections are not metered, since Node.js reads faster from those that nobody listens to. Together they occupy
 * no more than the budget.
 */
const UNMETERED_CONNECTIONS = BUDGET_BYTES / MAX_BYTES_EACH;

/**
 * Keeps what all incomplete requests occupy within a budget: each may have headers of 64 KiB, but not all of them at once.
 * Beyond it the connection is closed that has not completed its request for longest.
 */
export class IncompleteRequests {
  readonly #connections: OpenConnections;
  /** What each has received of its request. The one that began longest ago comes first. */
  readonly #received = new Map<Socket, number>();
  #total = 0;

  constructor(connections: OpenConnections) {
    this.#connections = connections;
  }

  limit(server: Server): void {
    server.on('connection', (socket: Socket) => {
      if (this.#connections.size <= UNMETERED_CONNECTIONS) return;
      // Before the parser, which tells when a request is complete.
      socket.prependListener('data', ({ length }: Buffer) => this.#count(socket, length));
      socket.on('close', () => this.#forget(socket));
    });
    server.on('request', ({ socket }) => this.#forget(socket));
  }

  #count(socket: Socket, bytes: number): void {
    const before = this.#received.get(socket) ?? 0;
    const after = Math.min(before + bytes, MAX_BYTES_EACH);
    this.#received.set(socket, after);
    this.#total += after - before;
    if (this.#total <= BUDGET_BYTES) return;
    for (const longest of this.#received.keys()) {
      this.#forget(longest);
      this.#connections.close(longest);
      return;
    }
  }

  #forget(socket: Socket): void {
    this.#total -= this.#received.get(socket) ?? 0;
    this.#received.delete(socket);
  }
}
