import { STATUS_CODES } from 'node:http';

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

/** @param code by default derived from the title of the status */
export function problemOfStatus(status: number, code?: string): ProblemDetails {
  const title = STATUS_CODES[status] ?? 'Error';
  return {
    type: 'about:blank',
    title,
    status,
    code: code ?? title.toLowerCase().replaceAll(/[^a-z]+/g, '_'),
  };
}

/** Errors of Fastify, such as a body that is too large, have a `statusCode`. Any other error is an internal one. */
export function statusOfError(error: unknown): number {
  const { statusCode } = (error ?? {}) as { statusCode?: unknown };
  const isClientError = typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500;
  return isClientError ? statusCode : 500;
}
