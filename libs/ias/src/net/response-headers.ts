import type { IncomingHttpHeaders } from 'node:http';

/** Headers of which Node.js keeps the first value only (`message.headers` of its documentation). */
const SINGLE: ReadonlySet<string> = new Set(
  (
    'age authorization content-length content-type etag expires from host if-modified-since if-unmodified-since ' +
    'last-modified location max-forwards proxy-authorization referer retry-after server user-agent'
  ).split(' '),
);

/**
 * Converts headers of undici, which are lists if they were sent twice, to the types that they have in Node.js. It
 * modifies the given object instead of copying it, because most headers need no change.
 */
export function normalizeHeaders(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  for (const name of Object.keys(headers)) {
    const value = headers[name];
    if (name === 'set-cookie' || Array.isArray(value)) headers[name] = normalize(name, value);
  }
  return headers;
}

function normalize(name: string, value: string | string[] | undefined): string | string[] | undefined {
  if (name === 'set-cookie') return [value ?? []].flat();
  if (!Array.isArray(value)) return value;
  return SINGLE.has(name) ? value[0] : value.join(name === 'cookie' ? '; ' : ', ');
}
