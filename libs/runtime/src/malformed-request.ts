import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { answerHeaders } from './answer-headers.js';
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
  readonly challenge?: string;
}

/** How a request is refused that Node.js could not even read, by the code of its error. */
const UNREADABLE: Readonly<Record<string, Refusal>> = {
  // Mostly a token of absurd size: answered as the guard answers one that is merely too large (RFC 6750 §3.1).
  HPE_HEADER_OVERFLOW: {
    status: 400,
    code: 'request_header_too_large',
    challenge: 'Bearer error="invalid_request"',
  },
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408 },
};

/** Correlation ids of requests that were refused before Fastify's hooks knew of them, by their answers or sockets. */
const refused = new WeakMap<object, string>();

/** Correlation id of a request that was refused before it was routed; undefined for any other. */
export function refusedBeforeRouting(answered: object): string | undefined {
  return refused.get(answered);
}

/** Answers a request that leads to no route, because its URL cannot be decoded: as a problem, repeating nothing. */
export function refuseBeforeRouting(error: unknown, { id }: { readonly id: string }, { raw }: Reply): void {
  const problem = problemOfStatus(statusOfRefusal(error));
  raw.writeHead(problem.status, { ...answerHeaders(id), ...PROBLEM_HEADERS });
  raw.end(JSON.stringify(problem));
  refused.set(raw, id);
}

/** Answers what is no HTTP request, has too many headers, or does not come to its end; and closes the connection. */
export function refuseUnreadable(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const { status, code, challenge } = refusalOf(error);
  const problem = problemOfStatus(status, code);
  const body = JSON.stringify(problem);
  const id = randomUUID();
  refused.set(socket, id);
  const headers = {
    ...answerHeaders(id),
    ...PROBLEM_HEADERS,
    ...(challenge !== undefined && { 'www-authenticate': challenge }),
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${problem.title}\r\n${lines.join('')}\r\n${body}`, () => socket.destroy());
}

/** How what is no HTTP request is refused. */
export function refusalOf({ code = '' }: NodeJS.ErrnoException): Refusal {
  return UNREADABLE[code] ?? { status: 400 };
}
