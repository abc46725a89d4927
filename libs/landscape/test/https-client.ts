import { type IncomingHttpHeaders, request as httpRequest } from 'node:http';
import { Agent, request as httpsRequest, type RequestOptions } from 'node:https';
import type { IdentityCredentials, Landscape } from '../src/index.js';

/** A received HTTP answer. */
export interface WireAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly json: () => Record<string, unknown>;
}

/** The request to send, with the client certificate of `credentials`. */
export interface WireRequest {
  readonly landscape: Landscape;
  readonly method?: string;
  readonly headers?: Record<string, string | string[]> | readonly string[];
  readonly body?: string | URLSearchParams;
  readonly credentials?: Partial<Pick<IdentityCredentials, 'certificate' | 'key'>>;
  readonly agent?: Agent;
}

/** Sends one request over TLS to a landscape; `*.localhost` resolves to loopback (RFC 6761). */
export async function send(url: string, wire: WireRequest): Promise<WireAnswer> {
  const { hostname, port, pathname, search, host } = new URL(url);
  const options: RequestOptions = {
    host: '127.0.0.1',
    port,
    servername: hostname,
    path: pathname + search,
    method: wire.method ?? (wire.body === undefined ? 'GET' : 'POST'),
    ca: wire.landscape.ca.pem,
    agent: wire.agent ?? false,
    headers: headersOf(wire, host),
    ...(wire.credentials?.certificate === undefined ? {} : { cert: wire.credentials.certificate }),
    ...(wire.credentials?.key === undefined ? {} : { key: wire.credentials.key }),
  };
  return exchange(httpsRequest(options), wire.body?.toString());
}

/** `fetch`, as libraries of OpenID Connect let an app replace it. */
export type CertificateFetch = (
  url: string,
  options: { method?: string; headers?: Record<string, string>; body?: unknown },
) => Promise<Response>;

/** `fetch` with the client certificate of a binding. */
export async function fetchWith(
  wire: Pick<WireRequest, 'landscape' | 'credentials'>,
  url: string,
  { method = 'GET', headers = {}, body }: Parameters<CertificateFetch>[1],
): Promise<Response> {
  const form = body instanceof URLSearchParams ? { body } : {};
  const answer = await send(url, { ...wire, method, headers, ...form });
  const contentType = answer.headers['content-type'] ?? '';
  return new Response(answer.text, { status: answer.status, headers: { 'content-type': contentType } });
}

/** Sends one request without TLS. */
export async function sendPlain(
  url: string,
  { body, ...options }: { method?: string; headers?: Record<string, string>; body?: string },
): Promise<WireAnswer> {
  return exchange(httpRequest(url, { ...options, agent: false }), body);
}

/** Sends a token request with the credentials of a binding. */
export async function requestToken(
  landscape: Landscape,
  credentials: IdentityCredentials,
  extra: Record<string, string> = {},
): Promise<WireAnswer> {
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: credentials.clientid,
    ...extra,
  });
  return send(`${credentials.url}/oauth2/token`, { landscape, credentials, body });
}

function headersOf(wire: WireRequest, host: string): Record<string, string | string[]> | readonly string[] {
  if (Array.isArray(wire.headers)) return wire.headers as readonly string[];
  const form = wire.body instanceof URLSearchParams;
  return {
    host,
    ...(form ? { 'content-type': 'application/x-www-form-urlencoded' } : {}),
    ...(wire.headers as Record<string, string | string[]> | undefined),
  };
}

async function exchange(
  request: ReturnType<typeof httpRequest>,
  body: string | undefined,
): Promise<WireAnswer> {
  return new Promise((resolve, reject) => {
    request.once('error', reject);
    request.once('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text,
          json: () => JSON.parse(text) as Record<string, unknown>,
        });
      });
    });
    request.end(body);
  });
}
