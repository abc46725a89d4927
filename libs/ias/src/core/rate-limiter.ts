/** How often something may happen that others can provoke. */
export interface RateLimit {
  /** How often at once. */
  readonly burst: number;
  /** After that once in so many milliseconds. */
  readonly intervalMs: number;
}

/** Bounds how often something happens: a burst, then a steady trickle. */
export class RateLimiter {
  #left: number;
  #countedAt: number;

  /** @param clock a monotonic one, in milliseconds */
  constructor(
    private readonly options: RateLimit,
    private readonly clock: () => number,
  ) {
    this.#left = options.burst;
    this.#countedAt = clock();
  }

  /** @returns whether it may happen now, which is counted */
  take(): boolean {
    const { burst, intervalMs } = this.options;
    const earned = Math.floor((this.clock() - this.#countedAt) / intervalMs);
    if (earned > 0) {
      this.#left = Math.min(burst, this.#left + earned);
      this.#countedAt += earned * intervalMs;
    }
    if (this.#left === 0) return false;
    this.#left -= 1;
    return true;
  }
}
