/** Consecutive failures of the token endpoint that open the circuit. */
export const CIRCUIT_THRESHOLD = 10;

/** Milliseconds for which the open circuit rejects all attempts. */
export const CIRCUIT_PAUSE_MS = 5_000;

export interface CircuitBreakerOptions {
  /** Consecutive failures that open the circuit. */
  readonly threshold: number;
  /** Milliseconds for which an open circuit rejects all attempts. */
  readonly pause: number;
  /** A monotonic clock, in milliseconds. */
  readonly now: () => number;
  readonly isFailure: (error: unknown) => boolean;
  readonly onOpen: () => void;
  readonly onClose: () => void;
}

/** The circuit is open: the attempt was not made. */
export class CircuitOpenError extends Error {
  override readonly name = 'CircuitOpenError';
}

/**
 * Rejects all attempts for a while after consecutive failures. The first failure after the pause starts the next pause; a
 * success closes the circuit. Circuit breakers of libraries measure the pause with the wall clock.
 */
export class CircuitBreaker {
  #failures = 0;
  #pausedUntil = Number.NEGATIVE_INFINITY;
  readonly #options: CircuitBreakerOptions;

  constructor(options: CircuitBreakerOptions) {
    this.#options = options;
  }

  /** @throws {CircuitOpenError} or the error of the attempt */
  async execute<T>(attempt: () => Promise<T>): Promise<T> {
    if (this.#isPausing()) throw new CircuitOpenError();
    try {
      const result = await attempt();
      this.close();
      return result;
    } catch (error) {
      if (this.#options.isFailure(error)) this.#countFailure();
      throw error;
    }
  }

  #countFailure(): void {
    this.#failures += 1;
    if (this.#failures < this.#options.threshold || this.#isPausing()) return;
    this.#pausedUntil = this.#options.now() + this.#options.pause;
    this.#options.onOpen();
  }

  /** Closes the circuit: the next attempt is made at once. */
  close(): void {
    const wasOpen = this.#failures >= this.#options.threshold;
    this.#failures = 0;
    this.#pausedUntil = Number.NEGATIVE_INFINITY;
    if (wasOpen) this.#options.onClose();
  }

  #isPausing(): boolean {
    return this.#options.now() < this.#pausedUntil;
  }
}
