import type { Clock } from '../core/clocks.js';
import { TransportError } from './transport-failure.js';

/** Stops a call when its time is over, or when the caller aborts, until it is released. */
export class CallLimit {
  /** Called once when the call must stop. */
  onStop: ((error: TransportError) => void) | undefined;
  /** Describes what the call waits for, for the message of a time-out. */
  progress: (() => string) | undefined;
  readonly #timeout: number;
  readonly #timer: NodeJS.Timeout;
  readonly #signal: AbortSignal | undefined;
  readonly #now: Clock;
  readonly #started: number;
  readonly #past: string[] = [];
  #stopped: TransportError | undefined;

  /**
   * @param timeout milliseconds
   * @param now a monotonic clock, in milliseconds
   */
  constructor(timeout: number, signal: AbortSignal | undefined, now: Clock) {
    this.#timeout = timeout;
    this.#now = now;
    this.#started = now();
    this.#timer = setTimeout(this.#expire, timeout);
    this.#signal = signal;
    // AbortSignal.any() would leak memory of every call into a long-lived signal (Node.js 20)
    signal?.addEventListener('abort', this.#abort);
    if (signal?.aborted) this.#abort();
  }

  /** @throws {TransportError} the call must stop */
  throwIfStopped(): void {
    if (this.#stopped) throw this.#stopped;
  }

  /** Remembers what took time, for the message of a time-out. */
  note(event: string): void {
    this.#past.push(`${event} after ${Math.round(this.#now() - this.#started)} ms`);
  }

  /**
   * Settles like the promise.
   *
   * @param progress what the call waits for
   * @throws {TransportError} the call must stop
   */
  async until<T>(promise: Promise<T>, progress: string): Promise<T> {
    const { onStop, progress: before } = this;
    try {
      return await new Promise<T>((resolve, reject) => {
        promise.then(resolve, reject);
        this.throwIfStopped();
        this.onStop = reject;
        this.progress = () => progress;
      });
    } finally {
      this.onStop = onStop;
      this.progress = before;
    }
  }

  /** Frees timer and listener after the call; the signal can live longer. */
  release(): void {
    clearTimeout(this.#timer);
    this.#signal?.removeEventListener('abort', this.#abort);
    this.onStop = undefined;
  }

  readonly #expire = (): void => this.#stop('ETIMEDOUT', `no complete response within ${this.#timeout} ms`);

  readonly #abort = (): void => {
    const isTimeout = (this.#signal?.reason as Error | undefined)?.name === 'TimeoutError';
    if (isTimeout) this.#stop('ETIMEDOUT', 'no complete response before the signal of this app timed out');
    else this.#stop('ABORT_ERR', 'the caller aborted');
  };

  #stop(code: TransportError['code'], what: string): void {
    if (this.#stopped) return;
    const progress = this.progress?.();
    const details = progress === undefined ? this.#past : [...this.#past, progress];
    this.#stopped = new TransportError(code, details.length > 0 ? `${what} (${details.join(', ')})` : what);
    this.onStop?.(this.#stopped);
  }
}
