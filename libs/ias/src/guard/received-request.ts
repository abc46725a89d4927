import type { IncomingMessage } from 'node:http';

/** A request of Express (the message of Node.js itself) or Fastify (which wraps it). */
export type PlatformRequest = IncomingMessage | { readonly raw: IncomingMessage };

/**
 * The parts of a request that the guard reads: its target, and all values of some headers in the order of arrival.
 *
 * `headers` of Node.js hides repetitions of `Authorization` and `Host`, and joins others. A proxy may have used another
 * of the values (docs/reference/ias-facts.md#xssec).
 */
export class ReceivedRequest {
  readonly url: string;
  /** Number of names and values of all headers. */
  readonly headerEntries: number;
  readonly authorization: string[] = [];
  readonly forwardedCertificates: string[] = [];
  readonly hosts: string[] = [];

  /** Collects the headers in one pass. */
  constructor(request: PlatformRequest) {
    const { url, rawHeaders, httpVersionMajor } = 'raw' in request ? request.raw : request;
    this.url = url ?? '';
    this.headerEntries = rawHeaders.length;
    for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
      this.#valuesOf(rawHeaders[index] ?? '', httpVersionMajor)?.push(rawHeaders[index + 1] ?? '');
    }
  }

  #valuesOf(name: string, httpVersion: number): string[] | undefined {
    switch (name.toLowerCase()) {
      case 'authorization':
        return this.authorization;
      case 'x-forwarded-client-cert':
        return this.forwardedCertificates;
      case 'host':
        return this.hosts;
      // Instead of `Host` (RFC 9113 §8.3.1).
      case ':authority':
        return httpVersion === 2 ? this.hosts : undefined;
      default:
        return undefined;
    }
  }
}
