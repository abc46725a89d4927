import type { Socket } from 'node:net';
import { answerHeaders } from './answer-headers.js';
import { PROBLEM_HEADERS } from './problem-details.js';
import type { ProblemDetails } from './problem-details.js';

/** A response that the server sends without Fastify. */
export interface Rejection {
  readonly problem: ProblemDetails;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Fields of a rejected request for the access log. */
interface LoggedRejection {
  readonly status: number;
  readonly correlationId: string;
}

/** Requests that were rejected outside of Fastify's hooks, by response or socket. */
const rejections = new WeakMap<object, LoggedRejection>();

/** How a request was rejected outside of Fastify's hooks; undefined if it was not. */
export function findRejection(answered: object): LoggedRejection | undefined {
  return rejections.get(answered);
}

/** Remembers a rejection for the access log. */
export function recordRejection(answered: object, rejection: LoggedRejection): void {
  rejections.set(answered, rejection);
}

/**
 * Writes the response to the socket, for requests that never reach Fastify, and closes the connection.
 *
 * @param answered the response or socket under which the access log finds the rejection
 */
export function rejectOnSocket(
  socket: Socket,
  { problem, headers }: Rejection,
  answered: object,
  correlationId: string,
): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  recordRejection(answered, { status: problem.status, correlationId });
  const body = JSON.stringify(problem);
  const allHeaders = {
    ...answerHeaders(correlationId),
    ...PROBLEM_HEADERS,
    ...headers,
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  };
  const lines = Object.entries(allHeaders).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${problem.status} ${problem.title}\r\n${lines.join('')}\r\n${body}`, () =>
    socket.destroy(),
  );
}
