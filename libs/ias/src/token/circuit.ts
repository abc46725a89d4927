export interface CircuitOptions {
  /** Failures in a row that open it. */
  readonly threshold: number;
  /** Milliseconds during which it lets nothing through. */
  readonly pause: number;
  /** A monotonic clock, in milliseconds. */
  readonly now: () => number;
  readonly isFailure: (error: unknown) => boolean;
  readonly onOpen: () => void;
  readonly onClose: () => void;
}

/** The circuit lets nothing through for the moment. */
export class CircuitOpenError extends Error {
  override readonly name = 'CircuitOpenError';
}

/**
 * Lets nothing through for a while after failures in a row. After that it tries again: the first failure starts the next
 * pause, a success closes it. The circuit breakers of libraries measure the pause with the wall clock.
 */
export class Circuit {
  #failures = 0;
  #pausedUntil = Number.NEGATIVE_INFINITY;

  constructor(private readonly options: CircuitOptions) {}

  /** @throws {CircuitOpenError} or what the attempt throws */
  async execute<T>(attempt: () => Promise<T>): Promise<T> {
    if (this.#isPausing()) throw new CircuitOpenError();
    try {
      const result = await attempt();
      this.#close();
      return result;
    } catch (error) {
      if (this.options.isFailure(error)) this.#noteFailure();
      throw error;
    }
  }

  #noteFailure(): void {
    this.#failures += 1;
    if (this.#failures < this.options.threshold || this.#isPausing()) return;
    this.#pausedUntil = this.options.now() + this.options.pause;
    this.options.onOpen();
  }

  #close(): void {
    const wasOpen = this.#failures >= this.options.threshold;
    this.#failures = 0;
    this.#pausedUntil = Number.NEGATIVE_INFINITY;
    if (wasOpen) this.options.onClose();
  }

  #isPausing(): boolean {
    return this.options.now() < this.#pausedUntil;
  }
}
