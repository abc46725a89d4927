import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { answerHeaders } from './answer-headers.js';
import { identifyRequest } from './correlation-context.js';
import { PROBLEM_HEADERS, problemOfStatus, statusOfError } from './problem-details.js';

/** The members of a Fastify reply that have the same type for all protocols. */
interface Reply {
  readonly raw: {
    writeHead(status: number, headers: Record<string, string>): unknown;
    end(body: string): unknown;
  };
}

interface Rejection {
  readonly status: number;
  readonly code?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What the access log contains about a rejected request. */
interface LoggedRejection {
  readonly status: number;
  readonly correlationId: string;
}

/** Responses to requests that Node.js could not parse, by error code. */
const MALFORMED: Readonly<Record<string, Rejection>> = {
  // Usually a huge token: the same response as the guard's to one that is too large (RFC 6750 §3.1).
  HPE_HEADER_OVERFLOW: {
    status: 400,
    code: 'request_header_too_large',
    headers: { 'www-authenticate': 'Bearer error="invalid_request"' },
  },
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408 },
};

/** Responses to requests for which Node.js emits a special event, by that event. */
const UNSUPPORTED: Readonly<Record<'connect' | 'checkExpectation', Rejection>> = {
  connect: { status: 405, headers: { allow: 'GET, HEAD' } },
  checkExpectation: { status: 417 },
};

const OVERLOADED: Rejection = { status: 503, code: 'overloaded', headers: { 'retry-after': '5' } };

/** Requests that were rejected outside of Fastify's hooks, by response or socket. */
const rejections = new WeakMap<object, LoggedRejection>();

/** How a request was rejected outside of Fastify's hooks; undefined if it was not. */
export function findRejection(answered: object): LoggedRejection | undefined {
  return rejections.get(answered);
}

/** Rejects a request whose URL cannot be decoded, without repeating the URL. */
export function rejectUndecodableUrl(error: unknown, { id }: { readonly id: string }, { raw }: Reply): void {
  const problem = problemOfStatus(statusOfError(error));
  raw.writeHead(problem.status, { ...answerHeaders(id), ...PROBLEM_HEADERS });
  raw.end(JSON.stringify(problem));
  rejections.set(raw, { status: problem.status, correlationId: id });
}

/** Rejects a request that is not HTTP, has too many headers or stays incomplete, and closes the connection. */
export function rejectMalformedRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET') socket.destroy();
  else reject(socket, MALFORMED[error.code ?? ''] ?? { status: 400 }, socket, randomUUID());
}

/** Rejects `CONNECT` and expectations other than `100-continue`, and closes their connections. */
export function rejectUnsupportedRequests(server: Server): void {
  for (const event of ['connect', 'checkExpectation'] as const) {
    server.on(event, (request: IncomingMessage) => {
      reject(request.socket, UNSUPPORTED[event], request.socket, identifyRequest(request));
    });
  }
}

/** Responds with 503 unless the handler has begun to respond, and closes the connection. */
export function rejectOverloaded(response: ServerResponse): void {
  const { req, headersSent } = response;
  if (headersSent) req.socket.destroy();
  else reject(req.socket, OVERLOADED, response, identifyRequest(req));
}

function reject(
  socket: Socket,
  { status, code, headers }: Rejection,
  answered: object,
  correlationId: string,
): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  rejections.set(answered, { status, correlationId });
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
