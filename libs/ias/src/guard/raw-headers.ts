import type { IncomingMessage } from 'node:http';

/** A request of Express (the message of Node.js itself) or Fastify (which wraps it). */
export type PlatformRequest = IncomingMessage | { readonly raw: IncomingMessage };

/** The message of Node.js in a request of either platform. */
export function messageOf(request: PlatformRequest): IncomingMessage {
  return 'raw' in request ? request.raw : request;
}

/**
 * Every value of a header, in the order of arrival.
 *
 * `headers` of Node.js hides repetitions of `Authorization` and `Host`, and joins others. A proxy may have used another
 * of the values (docs/reference/ias-facts.md#xssec).
 *
 * @param name in lower case
 */
export function headerValues({ rawHeaders }: IncomingMessage, name: string): string[] {
  const values: string[] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const candidate = rawHeaders[index];
    if (candidate?.length !== name.length || candidate.toLowerCase() !== name) continue;
    values.push(rawHeaders[index + 1] ?? '');
  }
  return values;
}
