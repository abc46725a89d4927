import { randomUUID } from 'node:crypto';
import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
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
 * @returns an object, because OpenTelemetry's instrumentation of `http.request` loses headers in a list
 */
export function forwardedHeaders(
  request: IncomingMessage,
  { sanitize, certificate }: ClientCertificateForwarding,
): OutgoingHttpHeaders {
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
  return toObject(headers);
}

/** A repeated header becomes a list of values under the first spelling of its name. */
function toObject(headers: readonly RawHeader[]): OutgoingHttpHeaders {
  const names = new Map<string, string>();
  // Without a prototype: a client may send a header `constructor`.
  const values = Object.create(null) as Record<string, string | string[]>;
  for (const [rawName, value] of headers) {
    const name = names.get(rawName.toLowerCase()) ?? rawName;
    names.set(rawName.toLowerCase(), name);
    const earlier = values[name];
    values[name] = earlier === undefined ? value : [earlier, value].flat();
  }
  return values;
}

/** Keeps a chunked body chunked. Otherwise a chunked GET would lose its framing, which allows request smuggling. */
function framing(request: IncomingMessage): RawHeader[] {
  return request.headers['transfer-encoding'] === undefined ? [] : [['Transfer-Encoding', 'chunked']];
}
