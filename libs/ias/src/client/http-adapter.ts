import { AxiosError } from 'axios';
import type { AxiosResponse, RawAxiosResponseHeaders } from 'axios';
import { request as requestHttp } from 'node:http';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { Duplex } from 'node:stream';
import { ACCEPTED_CODINGS, readBody } from './plain-answer.js';
import type { PlainRequest } from './plain-request.js';

/** Methods that may be repeated without asking (RFC 9110 §9.2.2). */
const IDEMPOTENT: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']);

/** What a connection says that the server closed while it was idle. */
const CLOSED: ReadonlySet<string | undefined> = new Set(['ECONNRESET', 'EPIPE']);

/**
 * Sends a request straight over its agent, as an adapter of axios: what axios' own does beyond that, the calls of one
 * app to another do not need, and it costs several times as much (docs/decisions/0009).
 *
 * An idempotent request that met a kept connection just as the server closed it goes over another one.
 *
 * @param url where to, in all
 * @param deadline milliseconds from here to the last byte of the answer
 * @throws {AxiosError} with the code of Node.js, `ETIMEDOUT` at the deadline, `ERR_CANCELED` when the caller gave up
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
    const succeed = (answer: IncomingMessage, data: Buffer | string) => {
      settle();
      // an answer that came early: a server that does not read the rest must not keep the connection
      if (!request.writableFinished) request.destroy();
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
    const send = () => {
      const sent = open(config, url);
      let answered = false;
      sent.on('error', (error) => {
        if (!settled && !answered && metClosedConnection(sent, error)) request = send();
        else fail(error);
      });
      sent.once('upgrade', (_: IncomingMessage, socket: Duplex) => {
        socket.destroy();
        fail(new AxiosError('another protocol that was not asked for', 'ERR_UPGRADE'));
      });
      sent.once('response', (answer) => {
        answered = true;
        readBody(answer, config).then((data) => succeed(answer, data), fail);
      });
      return sent.end(config.data ?? undefined);
    };
    let request = send();
    const timer = setTimeout(giveUp, deadline, 'no answer in time', AxiosError.ETIMEDOUT);
    config.signal?.addEventListener?.('abort', cancel);
    config.cancelToken?.subscribe(cancel);
  });
}

function open(config: PlainRequest, url: URL): ClientRequest {
  // without it Node.js sends the body of a DELETE where the server expects the next request
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

/** The time to close an idle connection is the server's to choose (RFC 9112 §9.5). */
function metClosedConnection(request: ClientRequest, { code }: NodeJS.ErrnoException): boolean {
  return request.reusedSocket && CLOSED.has(code) && IDEMPOTENT.has(request.method);
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
