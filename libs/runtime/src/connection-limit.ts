import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Logger } from '@nestjs/common';
import type { Clock } from 'nest-ias';
import { identifyRequest } from './correlation-context.js';
import type { OpenConnections } from './open-connections.js';
import { problemOf } from './problem-details.js';
import { rejectOnSocket } from './socket-rejection.js';
import type { Rejection } from './socket-rejection.js';

/** Milliseconds between two log lines about closed connections. */
const LOG_INTERVAL_MS = 60_000;

const OVERLOADED: Rejection = { problem: problemOf('overloaded'), headers: { 'retry-after': '5' } };

/**
 * Limits the number of open connections, so that they cannot exhaust the memory.
 *
 * A new connection is always accepted, because it can be a health check (`maxConnections` of Node.js would reject it). In
 * return, the connection that has been idle, or has not completed its request, for the longest time is closed. If all
 * others wait for a response, the last of them gets 503, because the others have waited longer.
 */
export class ConnectionLimit {
  readonly #logger = new Logger(ConnectionLimit.name);
  readonly #connections: OpenConnections;
  readonly #limit: number;
  readonly #now: Clock;
  #closed = 0;
  #loggedAt = Number.NEGATIVE_INFINITY;

  /** @param now the monotonic clock */
  constructor(connections: OpenConnections, limit: number, now: Clock) {
    this.#connections = connections;
    this.#limit = limit;
    this.#now = now;
  }

  enforce(server: Server): void {
    server.on('connection', (newcomer: Socket) => {
      if (this.#connections.size > this.#limit) this.#makeRoom(newcomer);
    });
  }

  #makeRoom(newcomer: Socket): void {
    const idle = this.#connections.findLongestIdle();
    const waiting = idle === newcomer ? this.#connections.findLastWaiting() : undefined;
    if (waiting !== undefined) rejectOverloaded(waiting);
    this.#connections.close(waiting?.req.socket ?? idle ?? newcomer);
    this.#log();
  }

  #log(): void {
    this.#closed += 1;
    const now = this.#now();
    if (now - this.#loggedAt < LOG_INTERVAL_MS) return;
    this.#logger.warn({ event: 'connection_limit_reached', limit: this.#limit, closed: this.#closed });
    this.#loggedAt = now;
    this.#closed = 0;
  }
}

/** Responds with 503 unless the handler has begun to respond, and closes the connection. */
function rejectOverloaded(response: ServerResponse): void {
  const { req, headersSent } = response;
  if (headersSent) req.socket.destroy();
  else rejectOnSocket(req.socket, OVERLOADED, response, identifyRequest(req));
}
