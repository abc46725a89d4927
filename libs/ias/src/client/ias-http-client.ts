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
import { isStream, sendWithAxios } from './axios-http-adapter.js';
import { downstreamStatusFailure, downstreamTransportFailure } from './downstream-failure.js';
import { parseLimits } from './ias-http-options.js';
import type { IasHttpModuleOptions } from './ias-http-options.js';
import { isPlainRequest, sendPlainRequest } from './plain-http-adapter.js';
import type { PlainRequest } from './plain-http-adapter.js';
import { joinUrl, parseTargetUrl } from './target-url.js';

/** Limits the token requests for a receiver that rejects every token. */
const INVALIDATION_PAUSE_MS = 30_000;

const CORRELATION_HEADER = 'x-correlation-id';

/**
 * Creates an axios instance for one target. It adds the access token and presents the certificate that the token is bound to.
 *
 * @param now a monotonic clock, in milliseconds
 * @throws {ConfigurationError} the base URL or a limit is invalid
 */
export function createIasHttpClient(
  options: IasHttpModuleOptions,
  tokens: IasTokenProvider,
  now: Clock,
): AxiosInstance {
  return new TargetClient(options, tokens, now).axios;
}

/** A running call. */
interface Call {
  readonly token: AccessToken;
  /** Deadline, in milliseconds of the monotonic clock. */
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
  /** Has no interceptors, not even those of the app. */
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
      adapter: (config) => this.#send(config, this.#calls.get(config)?.endsAt ?? 0),
      proxy: false,
      maxRedirects: 0,
      maxContentLength: maxResponseBytes,
      validateStatus: () => true,
    });
    this.axios.interceptors.request.use((config) => this.#authorize(config));
    this.axios.interceptors.response.use(
      (response) => this.#accept(response),
      (error: unknown) => {
        throw this.#failureOf(error);
      },
    );
  }

  async #authorize(config: InternalAxiosRequestConfig): Promise<InternalAxiosRequestConfig> {
    this.#urlOf(config);
    const correlationId = this.options.correlationId?.();
    if (correlationId !== undefined) config.headers.set(CORRELATION_HEADER, correlationId);
    const token = await this.tokens.getToken(this.#tokenOptionsOf(config));
    this.#attach(token, config);
    // Options of a single call must not send the token or the certificate elsewhere.
    Object.assign(config, { maxRedirects: 0, proxy: false, socketPath: undefined });
    this.#calls.set(config, { token, endsAt: this.now() + this.#deadline });
    return config;
  }

  /** The shared frozen options, unless the call has a signal, which also aborts the wait for the token. */
  #tokenOptionsOf({ signal }: InternalAxiosRequestConfig): TokenOptions | undefined {
    return signal instanceof AbortSignal ? { ...this.#tokenOptions, signal } : this.#tokenOptions;
  }

  #send(config: InternalAxiosRequestConfig, endsAt: number): Promise<AxiosResponse> {
    const url = this.#urlOf(config);
    const left = Math.max(0, Math.ceil(endsAt - this.now()));
    if (isPlainRequest(config)) return sendPlainRequest(config as PlainRequest, url, left);
    return sendWithAxios(config, left);
  }

  #attach(token: AccessToken, config: InternalAxiosRequestConfig): void {
    config.headers.set('authorization', `Bearer ${token.value}`);
    config.httpsAgent = token.agent;
    config.httpAgent = this.#loopbackAgent;
  }

  async #accept(response: AxiosResponse): Promise<AxiosResponse> {
    if (isSuccess(response)) return response;
    const { status, headers, config } = response;
    const retry = rejectsToken(response) ? await this.#renewToken(config) : undefined;
    if (retry === undefined) throw downstreamStatusFailure(this.#target.origin, status, headers);
    return retry;
  }

  /** Sends the request again with a newer token, if there is one or one can be fetched. */
  async #renewToken(config: InternalAxiosRequestConfig): Promise<AxiosResponse | undefined> {
    const call = this.#calls.get(config);
    if (call === undefined || isStream(config.data)) return undefined;
    if (this.now() - this.#lastInvalidation >= INVALIDATION_PAUSE_MS) {
      this.#lastInvalidation = this.now();
      this.tokens.invalidate(call.token);
    }
    const retry = await this.#sendAgain(config, call);
    if (retry === undefined || isSuccess(retry)) return retry;
    throw downstreamStatusFailure(this.#target.origin, retry.status, retry.headers);
  }

  async #sendAgain(
    config: InternalAxiosRequestConfig,
    { token: rejected, endsAt }: Call,
  ): Promise<AxiosResponse | undefined> {
    try {
      const token = await this.tokens.getToken(this.#tokenOptionsOf(config));
      if (token === rejected) return undefined;
      this.#attach(token, config);
      const adapter = (retry: InternalAxiosRequestConfig) => this.#send(retry, endsAt);
      // bypasses the interceptors, which have already handled this request
      return await this.#bare.request({ ...config, adapter, transformRequest: [] });
    } catch (error) {
      throw this.#failureOf(error);
    }
  }

  #failureOf(error: unknown): IasError {
    if (this.#isAbort(error)) {
      return new DownstreamError(
        'downstream_aborted',
        `The caller aborted the call to ${this.#target.origin}.`,
      );
    }
    if (error instanceof IasError) return error;
    return downstreamTransportFailure(this.#target.origin, error);
  }

  /** Whether the caller aborted, during the wait for the token or later. */
  #isAbort(error: unknown): boolean {
    if (error instanceof IasError) return error.code === 'token_request_aborted';
    const { signal, cancelToken } = (error as AxiosError).config ?? {};
    return cancelToken?.reason !== undefined || (signal?.aborted === true && !isTimeout(signal));
  }

  /** A token is for one receiver: a path with another origin must not send it there. */
  #urlOf(config: InternalAxiosRequestConfig): URL {
    const text = isPlainRequest(config) ? joinUrl(config.baseURL, config.url) : axios.getUri(config);
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (url?.origin === this.#target.origin) return url;
    throw new DownstreamError(
      'downstream_forbidden_target',
      `Request to another origin rejected: this client sends its token to ${this.#target.origin} only; register a client for the other origin.`,
    );
  }
}

/** Whether the signal of the caller is a time-out. */
function isTimeout(signal: GenericAbortSignal): boolean {
  return ((signal as AbortSignal).reason as Error | undefined)?.name === 'TimeoutError';
}

function isSuccess({ status }: AxiosResponse): boolean {
  return status >= 200 && status < 300;
}

/** RFC 6750 §3.1: the token is expired, revoked or otherwise invalid, and a new one can succeed. */
function rejectsToken({ status, headers }: AxiosResponse): boolean {
  return status === 401 && /\berror="?invalid_token\b/i.test(String(headers['www-authenticate'] ?? ''));
}
