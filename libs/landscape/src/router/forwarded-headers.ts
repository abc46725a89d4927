import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { CLIENT_CERTIFICATE_HEADER } from './client-certificate-header.js';
import { endToEndHeaders, type RawHeader } from './hop-by-hop-headers.js';

/** Headers the router alone sets: what a client sends under these names never reaches the app. */
const OWN_HEADERS = new Set([
  'x-forwarded-proto',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-vcap-request-id',
]);

/** What becomes of `x-forwarded-client-cert`. */
export interface ClientCertificateForwarding {
  /** Whether what the client sent under this name is dropped. */
  readonly sanitize: boolean;
  /** The value the router sets; undefined sets none. */
  readonly certificate: string | undefined;
}

/**
 * Headers of a request on its way to the app, as gorouter forms them.
 * @returns name and value by turns, as `http.request` takes them
 */
export function forwardedHeaders(
  request: IncomingMessage,
  { sanitize, certificate }: ClientCertificateForwarding,
): string[] {
  const kept = endToEndHeaders(request.rawHeaders).filter(([name]) => {
    const lowerCaseName = name.toLowerCase();
    return !OWN_HEADERS.has(lowerCaseName) && !(sanitize && lowerCaseName === CLIENT_CERTIFICATE_HEADER);
  });
  const forwardedFor = [request.headers['x-forwarded-for'], request.socket.remoteAddress]
    .filter((value) => value !== undefined)
    .join(', ');
  const headers: RawHeader[] = [
    ...kept,
    ...framing(request),
    ['X-Forwarded-For', forwardedFor],
    ['X-Forwarded-Host', request.headers.host ?? ''],
    ['X-Forwarded-Proto', 'https'],
    ['X-Vcap-Request-Id', randomUUID()],
  ];
  if (certificate !== undefined) headers.push([CLIENT_CERTIFICATE_HEADER, certificate]);
  return headers.flat();
}

/** A body of unknown length stays one: without this line a chunked GET would lose its framing (request smuggling). */
function framing(request: IncomingMessage): RawHeader[] {
  return request.headers['transfer-encoding'] === undefined ? [] : [['Transfer-Encoding', 'chunked']];
}
