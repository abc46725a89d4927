import type { IncomingHttpHeaders } from 'node:http';

/** Where callers put the id of what they are doing, the one that SAP's libraries send first. */
const HEADERS = ['x-correlationid', 'x-correlation-id', 'x-request-id', 'x-vcap-request-id'] as const;

/** It is repeated in log lines and headers: nothing that could break either, and of bounded length. */
const SAFE_ID = /^[\w.:-]{1,128}$/;

/** The correlation id a caller sent; undefined where there is none that can be repeated safely. */
export function parseCorrelationId(headers: IncomingHttpHeaders): string | undefined {
  for (const name of HEADERS) {
    const value = headers[name];
    if (typeof value === 'string' && SAFE_ID.test(value)) return value;
  }
  return undefined;
}
