import { AxiosError } from 'axios';
import type { AxiosResponse, RawAxiosResponseHeaders } from 'axios';
import { request as requestHttp } from 'node:http';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import type { PlainRequest } from './plain-request.js';

/** Content codings that are asked for (RFC 9110 §8.4.1). */
const DECODERS = new Map([
  ['gzip', promisify(gunzip)],
  ['deflate', promisify(inflate)],
  ['br', promisify(brotliDecompress)],
]);
const ACCEPTED_CODINGS = [...DECODERS.keys()].join(', ');

/**
 * Sends a request straight over its agent, as an adapter of axios: what axios' own does beyond that, the calls of one
 * app to another do not need, and it costs several times as much (docs/decisions/0009).
 *
 * @param url where to, in all
 * @param deadline milliseconds from here to the last byte of the answer
 * @throws {AxiosError} with the code of Node.js, `ETIMEDOUT` at the deadline, `ERR_CANCELED` when the caller gave up
 */
export function sendPlainRequest(config: PlainRequest, url: URL, deadline: number): Promise<AxiosResponse> {
  return new Promise((resolve, reject) => {
    const request = open(config, url);
    const settle = () => {
      clearTimeout(timer);
      config.signal?.removeEventListener?.('abort', cancel);
      config.cancelToken?.unsubscribe(cancel);
    };
    const succeed = (answer: IncomingMessage, data: Buffer | string) => {
      settle();
      resolve(responseOf(answer, data, config, request));
    };
    const fail = (error: Error) => {
      settle();
      reject(AxiosError.from(error, undefined, config));
    };
    const giveUp = (message: string, code: string) => {
      fail(new AxiosError(message, code));
      request.destroy();
    };
    const cancel = () => giveUp('canceled', AxiosError.ERR_CANCELED);
    const timer = setTimeout(giveUp, deadline, 'no answer in time', AxiosError.ETIMEDOUT);
    config.signal?.addEventListener?.('abort', cancel);
    config.cancelToken?.subscribe(cancel);
    request.on('error', fail);
    request.once('response', (answer) => {
      readBody(answer, config).then((data) => succeed(answer, data), fail);
    });
    request.end(config.data ?? undefined);
  });
}

function open(config: PlainRequest, url: URL): ClientRequest {
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
    : requestHttp(options);
}

/** The body, decoded; never more of it than `maxContentLength` allows. */
async function readBody(
  answer: IncomingMessage,
  { maxContentLength, responseType }: PlainRequest,
): Promise<Buffer | string> {
  const limit = maxContentLength === undefined || maxContentLength < 0 ? Infinity : maxContentLength;
  const bytes = await decode(answer.headers['content-encoding'], await collect(answer, limit), limit);
  if (responseType === 'arraybuffer') return bytes;
  const text = bytes.toString();
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}

function collect(answer: IncomingMessage, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    answer.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size > limit) answer.destroy(tooLarge(limit));
    });
    answer.once('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
    answer.once('error', reject);
  });
}

async function decode(coding: string | undefined, bytes: Buffer, limit: number): Promise<Buffer> {
  if (coding === undefined || coding === 'identity' || bytes.length === 0) return bytes;
  const decoder = DECODERS.get(coding.toLowerCase());
  if (!decoder) throw new AxiosError('a content coding that was not asked for', 'ERR_CONTENT_CODING');
  try {
    return await decoder(bytes, limit === Infinity ? {} : { maxOutputLength: limit });
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? tooLarge(limit) : error;
  }
}

function responseOf(
  answer: IncomingMessage,
  data: Buffer | string,
  config: PlainRequest,
  request: ClientRequest,
): AxiosResponse {
  return {
    status: answer.statusCode ?? 0,
    statusText: answer.statusMessage ?? '',
    headers: answer.headers as RawAxiosResponseHeaders,
    data,
    config,
    request,
  };
}

function tooLarge(limit: number): AxiosError {
  return new AxiosError(`maxContentLength size of ${limit} exceeded`, AxiosError.ERR_BAD_RESPONSE);
}
