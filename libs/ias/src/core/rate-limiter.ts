/** How often an action that callers can trigger may happen. */
export interface RateLimit {
  /** Number of actions at once. */
  readonly burst: number;
  /** After the burst, one action in this many milliseconds. */
  readonly intervalMs: number;
}

/** Limits how often something happens: a burst, then a steady rate. */
export class RateLimiter {
  #left: number;
  #countedAt: number;
  readonly #options: RateLimit;
  readonly #now: () => number;

  /** @param now a monotonic clock, in milliseconds */
  constructor(options: RateLimit, now: () => number) {
    this.#options = options;
    this.#now = now;
    this.#left = options.burst;
    this.#countedAt = now();
  }

  /** @returns whether it may happen now; if so, it counts */
  take(): boolean {
    const { burst, intervalMs } = this.#options;
    const earned = Math.floor((this.#now() - this.#countedAt) / intervalMs);
    if (earned > 0) {
      this.#left = Math.min(burst, this.#left + earned);
      this.#countedAt += earned * intervalMs;
    }
    if (this.#left === 0) return false;
    this.#left -= 1;
    return true;
  }
}
