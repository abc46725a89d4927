import { documentationUrl } from 'nest-ias';
import { codeOfStatus, PROBLEM_CODES, titleOfStatus } from './problem-codes.js';
import type { ProblemCode } from './problem-codes.js';

/** The body of an error response: RFC 9457 problem details with a stable `code`. */
export interface ProblemDetails {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
}

/** Headers of every error response, with names in lower case. */
export const PROBLEM_HEADERS = {
  'content-type': 'application/problem+json',
  'cache-control': 'no-store',
} as const;

/** Problem details with a code of our apps. `type` leads to its documentation. */
export function problemOf(code: ProblemCode): ProblemDetails {
  const { status } = PROBLEM_CODES[code];
  return { type: documentationUrl(code), title: titleOfStatus(status), status, code };
}

/** Problem details that contain no more than the status (RFC 9457 §4.2.1); the code is the name of the status. */
export function problemOfStatus(status: number): ProblemDetails {
  return { type: 'about:blank', title: titleOfStatus(status), status, code: codeOfStatus(status) };
}

/** Errors of Fastify, such as a body that is too large, have a `statusCode`. Any other error is an internal one. */
export function statusOfError(error: unknown): number {
  const { statusCode } = (error ?? {}) as { statusCode?: unknown };
  const isClientError = typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500;
  return isClientError ? statusCode : 500;
}
