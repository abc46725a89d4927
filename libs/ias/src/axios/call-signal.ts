import type { InternalAxiosRequestConfig } from 'axios';

/** The signal of a call: that of its options, or one that stands for its cancel token, which `HttpService` uses. */
export class CallSignal {
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

  /** Leaves nothing behind in a signal or token that lives longer than the call. */
  release(): void {
    this.#config.signal?.removeEventListener?.('abort', this.#abort);
    this.#config.cancelToken?.unsubscribe(this.#abort);
  }

  readonly #abort = (): void =>
    this.#controller?.abort((this.#config.signal as AbortSignal | undefined)?.reason);
}
