import axios, { AxiosHeaders } from 'axios';
import { finished, PassThrough, Readable } from 'node:stream';
import type { AxiosInstance, AxiosResponse, InternalAxiosRequestConfig } from 'axios';
import { abortedCall, downstreamTransportFailure } from '../client/downstream-failure.js';
import type { IasClient } from '../client/ias-client.js';
import type { IasRequest } from '../client/ias-request.js';
import { IasError } from '../errors/ias-error.js';

const NOT_MODIFIED = 304;

/**
 * Creates an axios instance that sends its requests with a client. It adds what axios offers above the connection:
 * interceptors, parameters, forms, transformers and `validateStatus`.
 */
export function createAxios(client: IasClient): AxiosInstance {
  const target = new URL(client.baseURL);
  const instance = axios.create({
    baseURL: target.href,
    adapter: (config) => send(client, config),
    validateStatus: (status) => (status >= 200 && status < 300) || status === NOT_MODIFIED,
  });
  instance.interceptors.response.use(undefined, (error: unknown) => {
    // axios's own errors contain the request; errors that interceptors of the app throw are not converted
    if (error instanceof IasError || !axios.isAxiosError(error)) throw error;
    const { signal } = error.config ?? {};
    const isTimeout =
      signal instanceof AbortSignal && (signal.reason as Error | undefined)?.name === 'TimeoutError';
    if (axios.isCancel(error) && !isTimeout) throw abortedCall(target);
    throw downstreamTransportFailure(target, error);
  });
  return instance;
}

async function send(client: IasClient, config: InternalAxiosRequestConfig): Promise<AxiosResponse> {
  const call = new CallSignal(config);
  try {
    const request = requestOf(config, call.signal);
    const receive = config.responseType === 'stream' ? receiveStream : receiveAll;
    const response = await receive(client, request, config);
    if (response.data instanceof Readable) finished(response.data, () => call.release());
    else call.release();
    return response;
  } catch (error) {
    call.release();
    throw error;
  }
}

async function receiveAll(
  client: IasClient,
  request: IasRequest,
  config: InternalAxiosRequestConfig,
): Promise<AxiosResponse> {
  const response = await client.request(request);
  if (!isValid(response.status, config)) throw response.toError();
  const data = config.responseType === 'arraybuffer' ? response.bytes() : response.text();
  return responseOf(response, data, config);
}

async function receiveStream(
  client: IasClient,
  request: IasRequest,
  config: InternalAxiosRequestConfig,
): Promise<AxiosResponse> {
  const response = await client.stream(request);
  if (!isValid(response.status, config)) throw await response.toError();
  return responseOf(response, response.body, config);
}

function isValid(status: number, { validateStatus }: InternalAxiosRequestConfig): boolean {
  return !validateStatus || validateStatus(status);
}

function responseOf(
  {
    status,
    statusText,
    headers,
  }: Pick<AxiosResponse, 'status' | 'statusText'> & { readonly headers: object },
  data: unknown,
  config: InternalAxiosRequestConfig,
): AxiosResponse {
  return { status, statusText, headers: AxiosHeaders.from({ ...headers }), data, config };
}

function requestOf(config: InternalAxiosRequestConfig, signal: AbortSignal | undefined): IasRequest {
  const { method = 'get', timeout, maxContentLength = -1 } = config;
  const body = bodyOf(config);
  return {
    method,
    path: axios.getUri(config),
    headers: headersOf(config),
    ...(body !== undefined && { body }),
    ...(timeout && { timeout }),
    // axios calls both -1 and infinity no limit; that of the client remains
    ...(maxContentLength > -1 && maxContentLength < Infinity && { maxResponseBytes: maxContentLength }),
    ...(signal && { signal }),
  };
}

function headersOf({ headers, data }: InternalAxiosRequestConfig): Record<string, string | string[]> {
  // the client adds the type of a form, which contains its boundary
  if (data instanceof FormData) headers.delete('content-type');
  if (isForm(data)) headers.set(data.getHeaders());
  if (data instanceof Blob) headers.set('content-type', data.type || 'application/octet-stream');
  const entries = Object.entries(headers.toJSON()) as [string, unknown][];
  return Object.fromEntries(
    entries
      .filter(([, value]) => value !== null && value !== undefined && value !== false)
      .map(([name, value]) => [name, Array.isArray(value) ? value.map(String) : String(value)]),
  );
}

function bodyOf({ data }: InternalAxiosRequestConfig): IasRequest['body'] {
  if (data === undefined || data === null) return undefined;
  if (isStream(data) && !(data instanceof Readable)) {
    const body = new PassThrough();
    data.once('error', (error) => body.destroy(error));
    return data.pipe(body);
  }
  return data as Exclude<IasRequest['body'], undefined>;
}

/** A form of the package form-data, which axios creates for Node.js. */
function isForm(data: unknown): data is { getHeaders(): Record<string, string> } {
  return typeof (data as { getHeaders?: unknown } | null | undefined)?.getHeaders === 'function';
}

function isStream(data: unknown): data is Pick<Readable, 'pipe' | 'once'> {
  return typeof (data as { pipe?: unknown } | null)?.pipe === 'function';
}

/** The signal of a call: from its options, or created for its cancel token, which `HttpService` uses. */
class CallSignal {
  readonly signal: AbortSignal | undefined;
  readonly #config: InternalAxiosRequestConfig;
  readonly #controller: AbortController | undefined;

  constructor(config: InternalAxiosRequestConfig) {
    this.#config = config;
    const { signal, cancelToken } = config;
    const isUsable = signal === undefined || signal instanceof AbortSignal;
    if (cancelToken === undefined && isUsable) {
      this.signal = signal;
      return;
    }
    this.#controller = new AbortController();
    this.signal = this.#controller.signal;
    signal?.addEventListener?.('abort', this.#abort);
    cancelToken?.subscribe(this.#abort);
    if (signal?.aborted || cancelToken?.reason) this.#abort();
  }

  /** Removes the listeners from a signal or token that outlives the call. */
  release(): void {
    this.#config.signal?.removeEventListener?.('abort', this.#abort);
    this.#config.cancelToken?.unsubscribe(this.#abort);
  }

  readonly #abort = (): void =>
    this.#controller?.abort((this.#config.signal as AbortSignal | undefined)?.reason);
}
