import type { IncomingMessage } from 'node:http';
import { AuthenticationException } from './authentication-exception.js';

/** A request of Express (the message of Node.js itself) or Fastify (which wraps it). */
export type PlatformRequest = IncomingMessage | { readonly raw: IncomingMessage };

/** The message of Node.js under a request of either platform. */
export function messageOf(request: PlatformRequest): IncomingMessage {
  return 'raw' in request ? request.raw : request;
}

/** Names and values that Node.js reads by default (`server.maxHeadersCount`): it leaves out what follows, silently. */
const MAX_ENTRIES = 2_000;

/**
 * Refuses a request that may have more headers than can be seen here: a repetition would go unnoticed.
 *
 * @throws {AuthenticationException} `headers_too_many`
 */
export function assertHeadersComplete({ rawHeaders }: IncomingMessage): void {
  if (rawHeaders.length >= MAX_ENTRIES) throw new AuthenticationException('headers_too_many');
}

/**
 * Every value of a header, in the order of arrival.
 *
 * `headers` of Node.js hides repetitions of `Authorization` and `Host`, and joins others; proxies in front may have
 * looked at another of the values than we would (docs/reference/ias-facts.md#xssec).
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
