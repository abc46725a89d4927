import { finished } from 'node:stream';
import type { Readable } from 'node:stream';
import axios from 'axios';
import type { AxiosResponse, GenericAbortSignal, InternalAxiosRequestConfig } from 'axios';

const axiosAdapter = axios.getAdapter('http');

/**
 * Sends a request with the adapter of axios, for what the plain adapter does not support: streams, forms, query parameters,
 * progress. The deadline covers the body, including that of a stream.
 *
 * @param deadline milliseconds
 */
export async function sendWithAxios(
  config: InternalAxiosRequestConfig,
  deadline: number,
): Promise<AxiosResponse> {
  const { signal } = config;
  const limit = limitCall(signal, deadline);
  config.signal = limit.signal;
  try {
    const response = await axiosAdapter(config);
    if (isStream(response.data)) finished(response.data, () => limit.release());
    else limit.release();
    return response;
  } catch (error) {
    limit.release();
    throw error;
  } finally {
    // the signal of the caller also applies to a second attempt
    Object.assign(config, { signal });
  }
}

/** Whether a body is a stream, which can be sent only once. */
export function isStream(data: unknown): data is Readable {
  return typeof data === 'object' && data !== null && 'pipe' in data;
}

interface CallLimit {
  /** Aborts at the deadline, or when the caller aborts. */
  readonly signal: AbortSignal;
  /** Frees timer and listener after the call; the signal of the caller can live longer. */
  release(): void;
}

function limitCall(caller: GenericAbortSignal | undefined, deadline: number): CallLimit {
  // AbortSignal.any() would leak memory of every call into a long-lived signal of the caller (Node.js 20)
  const controller = new AbortController();
  const abort = () => controller.abort();
  const timer = setTimeout(abort, deadline);
  caller?.addEventListener?.('abort', abort);
  const release = () => {
    clearTimeout(timer);
    caller?.removeEventListener?.('abort', abort);
  };
  return { signal: controller.signal, release };
}
