import { request as requestHttp } from 'node:http';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { Duplex } from 'node:stream';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import { AxiosError } from 'axios';
import type { AxiosResponse, InternalAxiosRequestConfig, RawAxiosResponseHeaders } from 'axios';

/** Properties that axios or this client set on every request, and that the adapter supports. */
const KNOWN_KEYS: ReadonlySet<string> = new Set([
  'adapter',
  'allowAbsoluteUrls',
  'baseURL',
  'cancelToken',
  'data',
  'env',
  'headers',
  'httpAgent',
  'httpsAgent',
  'maxBodyLength',
  'maxContentLength',
  'maxRedirects',
  'method',
  'proxy',
  'responseType',
  'signal',
  'timeout',
  'transformRequest',
  'transformResponse',
  'transitional',
  'url',
  'validateStatus',
  'xsrfCookieName',
  'xsrfHeaderName',
]);

const RESPONSE_TYPES: ReadonlySet<unknown> = new Set([undefined, 'json', 'text', 'arraybuffer']);

/** Methods that can be repeated safely (RFC 9110 §9.2.2). */
const IDEMPOTENT: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']);

/** Error codes of a connection that the server closed while it was idle. */
const CLOSED: ReadonlySet<string | undefined> = new Set(['ECONNRESET', 'EPIPE']);

/** Accepted content codings (RFC 9110 §8.4.1). */
const DECODERS = new Map([
  ['gzip', promisify(gunzip)],
  ['deflate', promisify(inflate)],
  ['br', promisify(brotliDecompress)],
]);
const ACCEPTED_CODINGS = [...DECODERS.keys()].join(', ');

/** A request that needs no special feature of axios: it sends at most text or bytes and reads the response as a whole. */
export type PlainRequest = InternalAxiosRequestConfig<string | Uint8Array | null | undefined>;

/** Whether this adapter supports a request. The adapter of axios sends all others. */
export function isPlainRequest(config: InternalAxiosRequestConfig): boolean {
  for (const key in config) {
    if (!KNOWN_KEYS.has(key) && config[key as keyof typeof config] !== undefined) return false;
  }
  return (
    config.allowAbsoluteUrls !== false &&
    !config.timeout &&
    (config.maxBodyLength ?? -1) === -1 &&
    RESPONSE_TYPES.has(config.responseType) &&
    isPlainBody(config.data)
  );
}

function isPlainBody(data: unknown): boolean {
  return data === undefined || data === null || typeof data === 'string' || data instanceof Uint8Array;
}

/**
 * Axios adapter that sends a request directly over its agent. The adapter of axios has features that calls between apps do
 * not need, and costs several times as much (docs/decisions/0009).
 *
 * If the server closes a kept-alive connection at the same moment, an idempotent request is sent again over another one.
 *
 * @param url complete URL
 * @param deadline milliseconds until the last byte of the response
 * @throws {AxiosError} with the code of Node.js, `ETIMEDOUT` at the deadline, `ERR_CANCELED` when the caller aborts
 */
export function sendPlainRequest(config: PlainRequest, url: URL, deadline: number): Promise<AxiosResponse> {
  return new Promise((resolve, reject) => {
    let settled = false;
    const settle = () => {
      settled = true;
      clearTimeout(timer);
      config.signal?.removeEventListener?.('abort', cancel);
      config.cancelToken?.unsubscribe(cancel);
    };
    const succeed = (response: IncomingMessage, data: Buffer | string) => {
      settle();
      // after an early response, the server may never read the rest of the request
      if (!request.writableFinished) request.destroy();
      resolve(responseOf(response, data, config, request));
    };
    const fail = (error: Error) => {
      settle();
      reject(AxiosError.from(error, undefined, config));
    };
    const stop = (message: string, code: string) => {
      fail(new AxiosError(message, code));
      request.destroy();
    };
    const cancel = () => stop('canceled', AxiosError.ERR_CANCELED);
    const send = () => {
      const sent = open(config, url);
      let responded = false;
      sent.on('error', (error) => {
        if (!settled && !responded && foundConnectionClosed(sent, error)) request = send();
        else fail(error);
      });
      sent.once('upgrade', (_: IncomingMessage, socket: Duplex) => {
        socket.destroy();
        fail(new AxiosError('the server switched to an unrequested protocol', 'ERR_UPGRADE'));
      });
      sent.once('response', (response) => {
        responded = true;
        readBody(response, config).then((data) => succeed(response, data), fail);
      });
      return sent.end(config.data ?? undefined);
    };
    let request = send();
    const timer = setTimeout(stop, deadline, 'no response in time', AxiosError.ETIMEDOUT);
    config.signal?.addEventListener?.('abort', cancel);
    config.cancelToken?.subscribe(cancel);
  });
}

function open(config: PlainRequest, url: URL): ClientRequest {
  // without it, Node.js sends the body of a DELETE where the server expects the next request
  if (config.data) config.headers.setContentLength(Buffer.byteLength(config.data));
  const headers = { 'accept-encoding': ACCEPTED_CODINGS, ...config.headers.toJSON() };
  const options = {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port,
    path: url.pathname + url.search,
    method: config.method?.toUpperCase() ?? 'GET',
    headers: headers as Record<string, string | string[]>,
  };
  return url.protocol === 'https:'
    ? requestHttps({ ...options, agent: config.httpsAgent })
    : requestHttp({ ...options, agent: config.httpAgent });
}

/** A server can close an idle connection at any time (RFC 9112 §9.5). */
function foundConnectionClosed(request: ClientRequest, { code }: NodeJS.ErrnoException): boolean {
  return request.reusedSocket && CLOSED.has(code) && IDEMPOTENT.has(request.method);
}

function responseOf(
  response: IncomingMessage,
  data: Buffer | string,
  config: PlainRequest,
  request: ClientRequest,
): AxiosResponse {
  return {
    status: response.statusCode ?? 0,
    statusText: response.statusMessage ?? '',
    headers: response.headers as RawAxiosResponseHeaders,
    data,
    config,
    request,
  };
}

/** Reads and decodes the body, up to `maxContentLength` bytes. */
async function readBody(
  response: IncomingMessage,
  { maxContentLength, responseType }: PlainRequest,
): Promise<Buffer | string> {
  const limit = maxContentLength === undefined || maxContentLength < 0 ? Infinity : maxContentLength;
  const bytes = await decode(response.headers['content-encoding'], await collect(response, limit), limit);
  if (responseType === 'arraybuffer') return bytes;
  const text = bytes.toString();
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}

function collect(response: IncomingMessage, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    response.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size > limit) response.destroy(tooLarge(limit));
    });
    response.once('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
    response.once('error', reject);
  });
}

async function decode(coding: string | undefined, bytes: Buffer, limit: number): Promise<Buffer> {
  if (coding === undefined || coding === 'identity' || bytes.length === 0) return bytes;
  const decoder = DECODERS.get(coding.toLowerCase());
  if (!decoder) throw new AxiosError('an unrequested content coding', 'ERR_CONTENT_CODING');
  try {
    return await decoder(bytes, limit === Infinity ? {} : { maxOutputLength: limit });
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? tooLarge(limit) : error;
  }
}

function tooLarge(limit: number): AxiosError {
  return new AxiosError(`maxContentLength size of ${limit} exceeded`, AxiosError.ERR_BAD_RESPONSE);
}
