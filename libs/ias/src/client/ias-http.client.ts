import axios from 'axios';
import type { AxiosInstance, AxiosResponse, InternalAxiosRequestConfig } from 'axios';
import { DownstreamError, IasError } from '../errors/errors.js';
import type { IasTokenProvider } from '../token/token.js';
import { downstreamStatusFailure, downstreamTransportFailure } from './downstream.failure.js';
import type { IasHttpModuleOptions } from './ias-http.options.js';
import { parseTargetUrl } from './target.url.js';

const DEFAULT_DEADLINE_MS = 10_000;
const DEFAULT_MAX_RESPONSE_BYTES = 1024 * 1024;

/**
 * An axios instance for one target that adds the access token and presents the certificate it is bound to.
 *
 * @throws {ConfigurationError} the base URL cannot be used
 */
export function createIasHttpClient(options: IasHttpModuleOptions, tokens: IasTokenProvider): AxiosInstance {
  const target = parseTargetUrl(options.baseURL);
  const client = axios.create({
    baseURL: target.href,
    proxy: false,
    maxRedirects: 0,
    maxContentLength: options.maxResponseBytes ?? DEFAULT_MAX_RESPONSE_BYTES,
    validateStatus: () => true,
  });

  client.interceptors.request.use(async (config) => {
    assertSameOrigin(target, config);
    const token = await tokens.getToken(options.resource === undefined ? {} : { resource: options.resource });
    config.headers.setAuthorization(`Bearer ${token.value}`);
    config.httpsAgent = token.agent;
    config.signal ??= AbortSignal.timeout(options.deadline ?? DEFAULT_DEADLINE_MS);
    return config;
  });
  client.interceptors.response.use(
    (response) => acceptAnswer(target, response),
    (error: unknown) => {
      throw error instanceof IasError ? error : downstreamTransportFailure(target.origin, error);
    },
  );
  return client;
}

function acceptAnswer(target: URL, response: AxiosResponse): AxiosResponse {
  if (response.status >= 200 && response.status < 300) return response;
  throw downstreamStatusFailure(target.origin, response.status, response.headers);
}

/** A token is for one receiver: a path that names another origin must not carry it there. */
function assertSameOrigin(target: URL, config: InternalAxiosRequestConfig): void {
  const url = axios.getUri(config);
  if (URL.canParse(url) && new URL(url).origin === target.origin) return;
  throw new DownstreamError(
    'downstream_forbidden_target',
    `A request to another origin than ${target.origin} was refused: this client sends its token to that origin only.`,
  );
}
