import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { CLIENT_CERTIFICATE_HEADER } from './client-certificate-header.js';
import { endToEndHeaders, type RawHeader } from './hop-by-hop-headers.js';

/** Headers that only the router sets; it drops the client's headers of these names. */
const OWN_HEADERS = new Set([
  'x-forwarded-proto',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-vcap-request-id',
]);

/** How the router handles `x-forwarded-client-cert`. */
export interface ClientCertificateForwarding {
  /** Whether the router drops the client's own header. */
  readonly sanitize: boolean;
  /** The value that the router sets; undefined sets none. */
  readonly certificate: string | undefined;
}

/**
 * Builds the request headers for the app as gorouter does.
 * @returns alternating names and values, for `http.request`
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

/** Keeps a chunked body chunked. Otherwise a chunked GET would lose its framing, which allows request smuggling. */
function framing(request: IncomingMessage): RawHeader[] {
  return request.headers['transfer-encoding'] === undefined ? [] : [['Transfer-Encoding', 'chunked']];
}
