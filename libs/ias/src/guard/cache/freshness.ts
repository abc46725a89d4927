import type { Age, Clocks } from '../../core/clocks.js';

/** While the source is unavailable, each failed attempt to renew a value extends its life by this time. */
const OUTAGE_RELIANCE_MS = 30_000;
/** Pause between attempts to renew a value. It is shorter than the extension, so values stay in use. */
const RETRY_MS = 15_000;

/** Milliseconds since the fetch started. */
export interface FreshnessLimits {
  readonly reliedFor: number;
  /** When to fetch again in the background; without it, never. */
  readonly renewedAfter?: number;
}

/** How long to rely on a fetched value. */
export class Freshness {
  #age: Age;
  #limits: FreshnessLimits;
  /** Age of the last attempt to renew the value, until one succeeds. */
  #attempt: Age | undefined;
  /** Set while the value stays in use because its source is unavailable. */
  #outage: { readonly age: Age; readonly tolerance: number } | undefined;
  readonly #clocks: Clocks;

  constructor(clocks: Clocks, age: Age, limits: FreshnessLimits) {
    this.#clocks = clocks;
    this.#age = age;
    this.#limits = limits;
  }

  /** Milliseconds left to rely on the value; zero or negative once they are over. */
  get left(): number {
    const age = this.#age.elapsed;
    const left = this.#limits.reliedFor - age;
    if (left > 0 || !this.#outage) return left;
    return Math.min(OUTAGE_RELIANCE_MS - this.#outage.age.elapsed, this.#outage.tolerance - age);
  }

  get isOver(): boolean {
    return this.left <= 0;
  }

  /** Whether to fetch the value again in the background. */
  get isDue(): boolean {
    if (this.#attempt) return this.#attempt.elapsed >= RETRY_MS;
    return this.#age.elapsed >= (this.#limits.renewedAfter ?? Number.POSITIVE_INFINITY);
  }

  /** The source confirmed the value. */
  renew(age: Age, limits: FreshnessLimits): void {
    this.#age = age;
    this.#limits = limits;
    this.#attempt = undefined;
    this.#outage = undefined;
  }

  /** An attempt to renew the value starts in the background. */
  noteAttempt(): void {
    this.#attempt = this.#clocks.startAge();
  }

  /**
   * The source is unavailable.
   *
   * @param tolerance ms since the fetch started
   * @returns whether the value stays in use for a while
   */
  survive(tolerance: number): boolean {
    if (this.#age.elapsed >= Math.max(tolerance, this.#limits.reliedFor)) return false;
    const age = this.#clocks.startAge();
    this.#attempt = age;
    this.#outage = { age, tolerance };
    return true;
  }

  /** The value must not be used any more. */
  end(): void {
    this.#limits = { reliedFor: 0 };
    this.#outage = undefined;
  }
}
