import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { endToEndHeaders, type RawHeader } from './hop-by-hop.headers.js';

/** Headers the router alone sets: what a client sends under these names never reaches the app. */
const OWN_HEADERS = new Set([
  'x-forwarded-client-cert',
  'x-forwarded-proto',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-vcap-request-id',
]);

/**
 * Headers of a request on its way to the app, as gorouter forms them.
 * @param clientCertificate value of `x-forwarded-client-cert`; undefined sends none
 * @returns name and value by turns, as `http.request` takes them
 */
export function forwardedHeaders(request: IncomingMessage, clientCertificate: string | undefined): string[] {
  const kept = endToEndHeaders(request.rawHeaders).filter(([name]) => !OWN_HEADERS.has(name.toLowerCase()));
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
  if (clientCertificate !== undefined) headers.push(['X-Forwarded-Client-Cert', clientCertificate]);
  return headers.flat();
}

/** A body of unknown length stays one: without this line a chunked GET would lose its framing (request smuggling). */
function framing(request: IncomingMessage): RawHeader[] {
  return request.headers['transfer-encoding'] === undefined ? [] : [['Transfer-Encoding', 'chunked']];
}
