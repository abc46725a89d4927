import { STATUS_CODES } from 'node:http';

/** Answers of an app that are no success, as RFC 9457 problem details with a stable `code`. */
export interface ProblemDetails {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
}

/** Headers of every such answer, names in lower case. */
export const PROBLEM_HEADERS = {
  'content-type': 'application/problem+json',
  'cache-control': 'no-store',
} as const;

/** @param code where the status does not say enough; without it the code is the title of the status */
export function problemOfStatus(status: number, code?: string): ProblemDetails {
  const title = STATUS_CODES[status] ?? 'Error';
  return {
    type: 'about:blank',
    title,
    status,
    code: code ?? title.toLowerCase().replaceAll(/[^a-z]+/g, '_'),
  };
}

/** Fastify's own refusals (body too large, not JSON) carry a `statusCode`; whatever does not is our failure. */
export function statusOfRefusal(error: unknown): number {
  const { statusCode } = (error ?? {}) as { statusCode?: unknown };
  const isClientError = typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500;
  return isClientError ? statusCode : 500;
}
