import { TransportError } from './transport-failure.js';

/** Stops a call at its deadline, or when the caller aborts, until it is released. */
export class CallLimit {
  /** Called once when the call must stop. */
  onStop: ((error: TransportError) => void) | undefined;
  readonly #timer: NodeJS.Timeout;
  readonly #signal: AbortSignal | undefined;
  #stopped: TransportError | undefined;

  /** @param deadline milliseconds */
  constructor(deadline: number, signal: AbortSignal | undefined) {
    this.#timer = setTimeout(this.#expire, deadline);
    this.#signal = signal;
    // AbortSignal.any() would leak memory of every call into a long-lived signal (Node.js 20)
    signal?.addEventListener('abort', this.#abort);
    if (signal?.aborted) this.#abort();
  }

  /** @throws {TransportError} the call must stop */
  throwIfStopped(): void {
    if (this.#stopped) throw this.#stopped;
  }

  /** Frees timer and listener after the call; the signal can live longer. */
  release(): void {
    clearTimeout(this.#timer);
    this.#signal?.removeEventListener('abort', this.#abort);
    this.onStop = undefined;
  }

  readonly #expire = (): void => this.#stop(new TransportError('ETIMEDOUT', 'no complete response in time'));

  readonly #abort = (): void => this.#stop(new TransportError('ABORT_ERR', 'the caller aborted'));

  #stop(error: TransportError): void {
    if (this.#stopped) return;
    this.#stopped = error;
    this.onStop?.(error);
  }
}
