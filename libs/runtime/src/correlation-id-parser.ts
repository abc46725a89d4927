import type { IncomingHttpHeaders } from 'node:http';

/** Request headers with a correlation ID, in order of preference; SAP's libraries send the first. */
const HEADERS = ['x-correlationid', 'x-correlation-id', 'x-request-id', 'x-vcap-request-id'] as const;

/** IDs that are safe to repeat in log lines and headers. */
const SAFE_ID = /^[\w.:-]{1,128}$/;

/** The correlation ID that the caller sent; undefined if there is none that is safe to repeat. */
export function parseCorrelationId(headers: IncomingHttpHeaders): string | undefined {
  for (const name of HEADERS) {
    const value = headers[name];
    if (typeof value === 'string' && SAFE_ID.test(value)) return value;
  }
  return undefined;
}
