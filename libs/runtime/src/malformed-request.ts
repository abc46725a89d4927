import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { answerHeaders } from './answer-headers.js';
import { PROBLEM_HEADERS, problemOf, problemOfStatus, statusOfError } from './problem-details.js';
import { recordRejection, rejectOnSocket } from './socket-rejection.js';
import type { Rejection } from './socket-rejection.js';

/** The members of a Fastify reply that have the same type for all protocols. */
interface Reply {
  readonly raw: {
    writeHead(status: number, headers: Record<string, string>): unknown;
    end(body: string): unknown;
  };
}

/** Responses to requests that Node.js could not parse, by error code. */
const MALFORMED: Readonly<Record<string, Rejection>> = {
  // Usually a huge token: the same response as the guard's to one that is too large (RFC 6750 §3.1).
  HPE_HEADER_OVERFLOW: {
    problem: problemOf('request_header_too_large'),
    headers: { 'www-authenticate': 'Bearer error="invalid_request"' },
  },
  ERR_HTTP_REQUEST_TIMEOUT: { problem: problemOfStatus(408) },
};

/** Rejects a request whose URL cannot be decoded, without repeating the URL. */
export function rejectUndecodableUrl(error: unknown, { id }: { readonly id: string }, { raw }: Reply): void {
  const problem = problemOfStatus(statusOfError(error));
  raw.writeHead(problem.status, { ...answerHeaders(id), ...PROBLEM_HEADERS });
  raw.end(JSON.stringify(problem));
  recordRejection(raw, { status: problem.status, correlationId: id });
}

/** Rejects a request that is not HTTP, has too many headers or stays incomplete, and closes the connection. */
export function rejectMalformedRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET') socket.destroy();
  else
    rejectOnSocket(
      socket,
      MALFORMED[error.code ?? ''] ?? { problem: problemOfStatus(400) },
      socket,
      randomUUID(),
    );
}
