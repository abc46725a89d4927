import type { Age, Clocks } from '../../core/clocks.js';

/** While the source is down, what it said before is relied on for this long after each failed attempt to renew it. */
const OUTAGE_RELIANCE_MS = 30_000;
/** After an attempt to renew it, the next one waits this long: it comes before the reliance ends. */
const RETRY_MS = 15_000;

/** Milliseconds since it was asked for. */
export interface FreshnessLimits {
  readonly reliedFor: number;
  /** From then on it is fetched again in the background; without it, never. */
  readonly renewedAfter?: number;
}

/** How long something that was fetched is relied on. */
export class Freshness {
  #age: Age;
  #limits: FreshnessLimits;
  /** Age of the last attempt to renew it that has brought nothing so far. */
  #attempt: Age | undefined;
  /** How long it is relied on because its source is down. */
  #outage: { readonly age: Age; readonly tolerance: number } | undefined;

  constructor(
    private readonly clocks: Clocks,
    age: Age,
    limits: FreshnessLimits,
  ) {
    this.#age = age;
    this.#limits = limits;
  }

  /** Milliseconds that it is relied on without asking again; not positive once that is over. */
  get left(): number {
    const age = this.#age.elapsed;
    const left = this.#limits.reliedFor - age;
    if (left > 0 || !this.#outage) return left;
    return Math.min(OUTAGE_RELIANCE_MS - this.#outage.age.elapsed, this.#outage.tolerance - age);
  }

  get isOver(): boolean {
    return this.left <= 0;
  }

  /** Whether it is time to fetch it again in the background. */
  get isDue(): boolean {
    if (this.#attempt) return this.#attempt.elapsed >= RETRY_MS;
    return this.#age.elapsed >= (this.#limits.renewedAfter ?? Number.POSITIVE_INFINITY);
  }

  /** Its source has confirmed it. */
  renew(age: Age, limits: FreshnessLimits): void {
    this.#age = age;
    this.#limits = limits;
    this.#attempt = undefined;
    this.#outage = undefined;
  }

  /** An attempt to renew it starts in the background. */
  noteAttempt(): void {
    this.#attempt = this.clocks.startAge();
  }

  /**
   * Its source is down.
   *
   * @param tolerance ms since it was asked for
   * @returns whether it is relied on a while longer
   */
  survive(tolerance: number): boolean {
    if (this.#age.elapsed >= Math.max(tolerance, this.#limits.reliedFor)) return false;
    const age = this.clocks.startAge();
    this.#attempt = age;
    this.#outage = { age, tolerance };
    return true;
  }

  /** It is not relied on any more. */
  end(): void {
    this.#limits = { reliedFor: 0 };
    this.#outage = undefined;
  }
}
