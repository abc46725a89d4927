import type { Readable } from 'node:stream';
import type { OnApplicationShutdown } from '@nestjs/common';
import { decodeBody, decodeStream } from '../net/content-decoding.js';
import type { HttpResponse } from '../net/http-exchange.js';
import type { IasCallOptions, IasRequest } from './ias-request.js';
import { IasResponse } from './ias-response.js';
import { IasStreamResponse } from './ias-stream-response.js';
import type { AuthenticatedCalls } from './authenticated-calls.js';

/**
 * Calls one other app. Each request contains an access token and presents the certificate that the token is bound to.
 *
 * Like `fetch`, it returns every response, whatever its status. It follows no redirects. Without a usable response, it
 * throws a `DownstreamError`; without an access token, a `TokenRequestError`.
 */
export class IasClient implements OnApplicationShutdown {
  readonly #calls: AuthenticatedCalls;

  constructor(calls: AuthenticatedCalls) {
    this.#calls = calls;
  }

  /** The complete base URL of the called app. */
  get baseURL(): string {
    return this.#calls.target.href;
  }

  get(path: string, options?: IasCallOptions): Promise<IasResponse> {
    return this.request({ ...options, path, method: 'GET' });
  }

  head(path: string, options?: IasCallOptions): Promise<IasResponse> {
    return this.request({ ...options, path, method: 'HEAD' });
  }

  post(path: string, options?: IasCallOptions): Promise<IasResponse> {
    return this.request({ ...options, path, method: 'POST' });
  }

  put(path: string, options?: IasCallOptions): Promise<IasResponse> {
    return this.request({ ...options, path, method: 'PUT' });
  }

  patch(path: string, options?: IasCallOptions): Promise<IasResponse> {
    return this.request({ ...options, path, method: 'PATCH' });
  }

  delete(path: string, options?: IasCallOptions): Promise<IasResponse> {
    return this.request({ ...options, path, method: 'DELETE' });
  }

  /**
   * Sends a request and reads its response completely.
   *
   * @throws {DownstreamError} no usable response
   * @throws {TokenRequestError} no access token
   */
  async request(request: IasRequest): Promise<IasResponse> {
    const { target, maxResponseBytes } = this.#calls;
    const response = (await this.#calls.send(request, false)) as HttpResponse<Buffer>;
    const coding = response.headers['content-encoding'];
    if (coding === undefined) return new IasResponse(response, target);
    try {
      const body = await decodeBody(response.body, coding, request.maxResponseBytes ?? maxResponseBytes);
      return new IasResponse({ ...response, body }, target);
    } catch (error) {
      throw this.#calls.failureOf(error, undefined);
    }
  }

  /**
   * Sends a request and returns its response without the body, which is a stream. The limits of time and size apply to the
   * stream, too.
   *
   * @throws {DownstreamError} no usable response
   * @throws {TokenRequestError} no access token
   */
  async stream(request: IasRequest): Promise<IasStreamResponse> {
    const { target, maxResponseBytes } = this.#calls;
    const response = (await this.#calls.send(request, true)) as HttpResponse<Readable>;
    try {
      const coding = isEmpty(request, response) ? undefined : response.headers['content-encoding'];
      const limit = request.maxResponseBytes ?? maxResponseBytes;
      const toStreamError = (error: Error) => this.#calls.failureOf(error, request.signal);
      const body = decodeStream(response.body, coding, limit, toStreamError);
      return new IasStreamResponse({ ...response, body }, target);
    } catch (error) {
      response.body.destroy();
      throw this.#calls.failureOf(error, undefined);
    }
  }

  onApplicationShutdown(): void {
    this.#calls.close();
  }
}

/** Such a response can have the coding that its content would have (RFC 9110 §9.3.2, §15.4.5). */
function isEmpty({ method }: IasRequest, { status }: HttpResponse): boolean {
  return method?.toUpperCase() === 'HEAD' || status === 204 || status === 304;
}
