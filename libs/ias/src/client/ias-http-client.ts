import { finished } from 'node:stream';
import type { Readable } from 'node:stream';
import axios from 'axios';
import type {
  AxiosError,
  AxiosInstance,
  AxiosResponse,
  GenericAbortSignal,
  InternalAxiosRequestConfig,
} from 'axios';
import { DownstreamError, IasError } from '../errors/ias-error.js';
import { createLoopbackAgent } from '../net/agent.js';
import type { Clock } from '../core/clocks.js';
import type { AccessToken } from '../token/access-token.js';
import type { IasTokenProvider } from '../token/ias-token-provider.js';
import type { TokenOptions } from '../token/token-request.js';
import { limitCall } from './call-limit.js';
import { downstreamStatusFailure, downstreamTransportFailure } from './downstream-failure.js';
import { parseLimits } from './ias-http-options.js';
import type { IasHttpModuleOptions } from './ias-http-options.js';
import { sendPlainRequest } from './http-adapter.js';
import { isPlainRequest } from './plain-request.js';
import type { PlainRequest } from './plain-request.js';
import { joinUrl, parseTargetUrl } from './target-url.js';

/** A receiver that rejects every token must not cost a token request for each call. */
const INVALIDATION_PAUSE_MS = 30_000;

const CORRELATION_HEADER = 'x-correlation-id';

/** For what is not plain: streams, forms, query parameters, progress. */
const axiosAdapter = axios.getAdapter('http');

/**
 * An axios instance for one target that adds the access token and presents the certificate it is bound to.
 *
 * @param now a monotonic clock, in milliseconds
 * @throws {ConfigurationError} the base URL or a limit cannot be used
 */
export function createIasHttpClient(
  options: IasHttpModuleOptions,
  tokens: IasTokenProvider,
  now: Clock,
): AxiosInstance {
  return new TargetClient(options, tokens, now).axios;
}

/** A call under way. */
interface Call {
  readonly token: AccessToken;
  /** Its deadline, in milliseconds of `performance.now()`. */
  readonly endsAt: number;
}

class TargetClient {
  readonly axios: AxiosInstance;
  readonly #target: URL;
  readonly #tokenOptions: TokenOptions | undefined;
  /** Milliseconds. */
  readonly #deadline: number;
  readonly #calls = new WeakMap<InternalAxiosRequestConfig, Call>();
  readonly #loopbackAgent = createLoopbackAgent();
  /** Without interceptors, those of the app included. */
  readonly #bare = axios.create();
  #lastInvalidation = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly options: IasHttpModuleOptions,
    private readonly tokens: IasTokenProvider,
    private readonly now: Clock,
  ) {
    this.#target = parseTargetUrl(options.baseURL);
    const { deadline, maxResponseBytes } = parseLimits(options);
    this.#deadline = deadline;
    this.#tokenOptions =
      options.resource === undefined ? undefined : Object.freeze({ resource: [options.resource].flat() });
    this.axios = axios.create({
      baseURL: this.#target.href,
      adapter: (config) => this.send(config, this.#calls.get(config)?.endsAt ?? 0),
      proxy: false,
      maxRedirects: 0,
      maxContentLength: maxResponseBytes,
      validateStatus: () => true,
    });
    this.axios.interceptors.request.use((config) => this.authorize(config));
    this.axios.interceptors.response.use(
      (response) => this.accept(response),
      (error: unknown) => {
        throw this.failureOf(error);
      },
    );
  }

  private async authorize(config: InternalAxiosRequestConfig): Promise<InternalAxiosRequestConfig> {
    this.urlOf(config);
    const correlationId = this.options.correlationId?.();
    if (correlationId !== undefined) config.headers.set(CORRELATION_HEADER, correlationId);
    const token = await this.tokens.getToken(this.tokenOptionsOf(config));
    this.attach(token, config);
    // What a single call asks for must not take the token, nor the certificate, elsewhere.
    Object.assign(config, { maxRedirects: 0, proxy: false, socketPath: undefined });
    this.#calls.set(config, { token, endsAt: performance.now() + this.#deadline });
    return config;
  }

  /** The frozen options of every call, unless this one has a signal: it ends the wait for the token, too. */
  private tokenOptionsOf({ signal }: InternalAxiosRequestConfig): TokenOptions | undefined {
    return signal instanceof AbortSignal ? { ...this.#tokenOptions, signal } : this.#tokenOptions;
  }

  private send(config: InternalAxiosRequestConfig, endsAt: number): Promise<AxiosResponse> {
    const url = this.urlOf(config);
    const left = Math.max(0, Math.ceil(endsAt - performance.now()));
    if (isPlainRequest(config)) return sendPlainRequest(config as PlainRequest, url, left);
    return sendWithAxios(config, left);
  }

  private attach(token: AccessToken, config: InternalAxiosRequestConfig): void {
    config.headers.set('authorization', `Bearer ${token.value}`);
    config.httpsAgent = token.agent;
    config.httpAgent = this.#loopbackAgent;
  }

  private async accept(response: AxiosResponse): Promise<AxiosResponse> {
    if (isSuccess(response)) return response;
    const { status, headers, config } = response;
    const retry = rejectsToken(response) ? await this.renewToken(config) : undefined;
    if (retry === undefined) throw downstreamStatusFailure(this.#target.origin, status, headers);
    return retry;
  }

  /** Sends the request once more with a newer token, where there is one or one may be asked for. */
  private async renewToken(config: InternalAxiosRequestConfig): Promise<AxiosResponse | undefined> {
    const call = this.#calls.get(config);
    if (call === undefined || isStream(config.data)) return undefined;
    if (this.now() - this.#lastInvalidation >= INVALIDATION_PAUSE_MS) {
      this.#lastInvalidation = this.now();
      this.tokens.invalidate(call.token);
    }
    const answer = await this.sendAgain(config, call);
    if (answer === undefined || isSuccess(answer)) return answer;
    throw downstreamStatusFailure(this.#target.origin, answer.status, answer.headers);
  }

  private async sendAgain(
    config: InternalAxiosRequestConfig,
    { token: rejected, endsAt }: Call,
  ): Promise<AxiosResponse | undefined> {
    try {
      const token = await this.tokens.getToken(this.tokenOptionsOf(config));
      if (token === rejected) return undefined;
      this.attach(token, config);
      const adapter = (retry: InternalAxiosRequestConfig) => this.send(retry, endsAt);
      // past the interceptors: they have done their work on this request
      return await this.#bare.request({ ...config, adapter, transformRequest: [] });
    } catch (error) {
      throw this.failureOf(error);
    }
  }

  private failureOf(error: unknown): IasError {
    if (this.isAbort(error)) {
      return new DownstreamError(
        'downstream_aborted',
        `The call to ${this.#target.origin} was ended by its caller.`,
      );
    }
    if (error instanceof IasError) return error;
    return downstreamTransportFailure(this.#target.origin, error);
  }

  /** Whether the caller has given up, while the token was waited for or later. */
  private isAbort(error: unknown): boolean {
    if (error instanceof IasError) return error.code === 'token_request_aborted';
    const { signal, cancelToken } = (error as AxiosError).config ?? {};
    return cancelToken?.reason !== undefined || (signal?.aborted === true && !isTimeout(signal));
  }

  /** A token is for one receiver: a path that names another origin must not carry it there. */
  private urlOf(config: InternalAxiosRequestConfig): URL {
    const text = isPlainRequest(config) ? joinUrl(config.baseURL, config.url) : axios.getUri(config);
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (url?.origin === this.#target.origin) return url;
    throw new DownstreamError(
      'downstream_forbidden_target',
      `A request to another origin than ${this.#target.origin} was refused: this client sends its token to that origin only.`,
    );
  }
}

/** Streams keep their limit to the last byte. */
async function sendWithAxios(config: InternalAxiosRequestConfig, deadline: number): Promise<AxiosResponse> {
  const { signal } = config;
  const limit = limitCall(signal, deadline);
  config.signal = limit.signal;
  try {
    const answer = await axiosAdapter(config);
    if (isStream(answer.data)) finished(answer.data, () => limit.release());
    else limit.release();
    return answer;
  } catch (error) {
    limit.release();
    throw error;
  } finally {
    // a second attempt is to end with the caller's signal, too
    Object.assign(config, { signal });
  }
}

/** A time-out of the caller's own is one, too. */
function isTimeout(signal: GenericAbortSignal): boolean {
  return ((signal as AbortSignal).reason as Error | undefined)?.name === 'TimeoutError';
}

function isSuccess({ status }: AxiosResponse): boolean {
  return status >= 200 && status < 300;
}

/** RFC 6750 §3.1: the token is expired, revoked or otherwise not accepted, and a new one may be. */
function rejectsToken({ status, headers }: AxiosResponse): boolean {
  return status === 401 && /\berror="?invalid_token\b/i.test(String(headers['www-authenticate'] ?? ''));
}

/** A body that is read as it is sent cannot be sent again. */
function isStream(data: unknown): data is Readable {
  return typeof data === 'object' && data !== null && 'pipe' in data;
}
