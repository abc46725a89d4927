import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { answerHeaders } from './answer-headers.js';
import { identifyRequest } from './correlation-context.js';
import { PROBLEM_HEADERS, problemOfStatus, statusOfRefusal } from './problem-details.js';

/** The part of a Fastify reply that is of the same type whatever the protocol. */
interface Reply {
  readonly raw: {
    writeHead(status: number, headers: Record<string, string>): unknown;
    end(body: string): unknown;
  };
}

interface Refusal {
  readonly status: number;
  readonly code?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A refusal as the access log tells of it. */
interface LoggedRefusal {
  readonly status: number;
  readonly correlationId: string;
}

/** How a request is refused that Node.js could not even read, by the code of its error. */
const UNREADABLE: Readonly<Record<string, Refusal>> = {
  // Mostly a token of absurd size: answered as the guard answers one that is merely too large (RFC 6750 §3.1).
  HPE_HEADER_OVERFLOW: {
    status: 400,
    code: 'request_header_too_large',
    headers: { 'www-authenticate': 'Bearer error="invalid_request"' },
  },
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408 },
};

/** How a request is refused that Node.js hands to an event of its own, by that event. */
const UNSUPPORTED: Readonly<Record<'connect' | 'checkExpectation', Refusal>> = {
  connect: { status: 405, headers: { allow: 'GET, HEAD' } },
  checkExpectation: { status: 417 },
};

const OVERLOADED: Refusal = { status: 503, code: 'overloaded', headers: { 'retry-after': '5' } };

/** What was refused outside of Fastify's hooks, by its answer or socket. */
const refused = new WeakMap<object, LoggedRefusal>();

/** How a request was refused outside of Fastify's hooks; undefined for any other. */
export function findEarlyRefusal(answered: object): LoggedRefusal | undefined {
  return refused.get(answered);
}

/** Answers a request that leads to no route, because its URL cannot be decoded: as a problem, repeating nothing. */
export function refuseBeforeRouting(error: unknown, { id }: { readonly id: string }, { raw }: Reply): void {
  const problem = problemOfStatus(statusOfRefusal(error));
  raw.writeHead(problem.status, { ...answerHeaders(id), ...PROBLEM_HEADERS });
  raw.end(JSON.stringify(problem));
  refused.set(raw, { status: problem.status, correlationId: id });
}

/** Answers what is no HTTP request, has too many headers, or does not come to its end; and closes the connection. */
export function refuseUnreadable(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET') socket.destroy();
  else refuse(socket, UNREADABLE[error.code ?? ''] ?? { status: 400 }, socket, randomUUID());
}

/** Answers `CONNECT`, and expectations other than `100-continue`, and closes their connections. */
export function refuseUnsupported(server: Server): void {
  for (const event of ['connect', 'checkExpectation'] as const) {
    server.on(event, (request: IncomingMessage) => {
      refuse(request.socket, UNSUPPORTED[event], request.socket, identifyRequest(request));
    });
  }
}

/** Answers a request in place of its handler, unless that has begun to answer, and closes the connection. */
export function refuseOverloaded(response: ServerResponse): void {
  const { req, headersSent } = response;
  if (headersSent) req.socket.destroy();
  else refuse(req.socket, OVERLOADED, response, identifyRequest(req));
}

function refuse(
  socket: Socket,
  { status, code, headers }: Refusal,
  answered: object,
  correlationId: string,
): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  refused.set(answered, { status, correlationId });
  const problem = problemOfStatus(status, code);
  const body = JSON.stringify(problem);
  const allHeaders = {
    ...answerHeaders(correlationId),
    ...PROBLEM_HEADERS,
    ...headers,
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  };
  const lines = Object.entries(allHeaders).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${problem.title}\r\n${lines.join('')}\r\n${body}`, () => socket.destroy());
}
