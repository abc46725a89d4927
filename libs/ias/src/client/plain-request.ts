import type { InternalAxiosRequestConfig } from 'axios';

/** What axios puts into every request, or this client does, and the plain way of sending knows. */
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

/** A request that asks for nothing out of the ordinary: at most a text or bytes to send, an answer read as a whole. */
export type PlainRequest = InternalAxiosRequestConfig<string | Uint8Array | null | undefined>;

/** Whether a request can be sent the plain way; whatever is not known there, axios' own adapter has to do. */
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
