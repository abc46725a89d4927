import type { IasClientOptions } from 'nest-ias';

/** Limits of a call of the backend. A response that exceeds one of them becomes a failure page. */
export const BACKEND_CALL_LIMITS = {
  /** Milliseconds from the first byte of the request to the last byte of the response, without the time to fetch a token. */
  timeout: 10_000,
  /** Far more than the claims of a token take. */
  maxResponseBytes: 1024 * 1024,
} as const satisfies Partial<IasClientOptions>;
