import { LRUCache } from 'lru-cache';
import type { Age, Clocks } from '../../core/clocks.js';
import { SingleFlight } from '../../core/single-flight.js';
import { Freshness } from './freshness.js';
import type { FreshnessLimits } from './freshness.js';

/** For all requests of one fetch. A caller waits for at most two fetches: the keys and the verdict. */
export const DEADLINE_MS = 5_000;

/** A fetched value, and how long to rely on it. */
export interface Fetched<Value> {
  readonly value: Value;
  readonly freshness: Freshness;
}

/** Fetches a value; the signal aborts at the deadline. */
export type Fetch<Value> = (signal: AbortSignal) => Promise<Value>;

/** Size and lifetimes of a cache. */
export interface StaleWhileUnavailableOptions<Value> {
  readonly clocks: Clocks;
  /** Number of values. */
  readonly max: number;
  /** Number of values that do not survive an outage. They are stored separately, so they evict no other values. */
  readonly maxTransient?: number;
  /** Milliseconds since the fetch for which a value survives an outage of its source. */
  readonly outageTolerance: number;
  readonly limitsOf: (value: Value, key: string) => FreshnessLimits;
  /** Whether a value survives an outage of its source; by default each does. */
  readonly survives?: (value: Value) => boolean;
  /** Whether a fetched value confirms an earlier one, which then stays; by default if they are identical. */
  readonly equals?: (earlier: Value, fetched: Value) => boolean;
  /** Called for each successful fetch. */
  readonly succeeded?: () => void;
  /**
   * Called for each failed fetch.
   *
   * @returns the error for callers without an earlier value
   * @throws errors that do not mean that the source is unavailable
   */
  readonly failed: (error: unknown) => Error;
}

/**
 * A cache of fetched values. It uses a fresh value, otherwise it fetches a new one. While the source is unavailable,
 * the earlier value stays in use, up to `outageTolerance`.
 *
 * Concurrent callers share one fetch, which ends at its deadline at the latest. A value that a later fetch confirms
 * stays the same object, with more time to live. A value that a later fetch contradicts expires at once, even for
 * callers that hold it.
 */
export class StaleWhileUnavailableCache<Value> {
  readonly #values: LRUCache<string, Fetched<Value>>;
  readonly #transient: LRUCache<string, Fetched<Value>>;
  readonly #flights = new SingleFlight<string, Fetched<Value>>(DEADLINE_MS);
  readonly #options: StaleWhileUnavailableOptions<Value>;

  constructor(options: StaleWhileUnavailableOptions<Value>) {
    this.#options = options;
    this.#values = new LRUCache({ max: options.max });
    this.#transient = new LRUCache({ max: options.maxTransient ?? 1 });
  }

  /** Number of current fetches. */
  get fetches(): number {
    return this.#flights.size;
  }

  isFetching(key: string): boolean {
    return this.#flights.get(key) !== undefined;
  }

  /** The value if it is fresh, else `undefined`. */
  fresh(key: string): Fetched<Value> | undefined {
    const known = this.#known(key);
    return known?.freshness.isOver === false ? known : undefined;
  }

  /** Whether there is a value that survives outages, fresh or stale. */
  has(key: string): boolean {
    return this.#values.has(key);
  }

  /** Fetches the value, or joins the current fetch. Returns the earlier value while the source is unavailable. */
  refresh(key: string, fetch: Fetch<Value>): Promise<Fetched<Value>> {
    const age = this.#options.clocks.startAge();
    return this.#flights.run(key, {
      start: fetch,
      land: (value) => this.#keep(key, value, age),
      fail: (error) => {
        const failure = this.#options.failed(error);
        const survivor = this.survivor(key);
        if (survivor) return survivor;
        throw failure;
      },
    });
  }

  /** The earlier value, to use while the source is unavailable; the next attempt to fetch it waits a while. */
  survivor(key: string): Fetched<Value> | undefined {
    const known = this.#values.get(key);
    return known?.freshness.survive(this.#options.outageTolerance) ? known : undefined;
  }

  /**
   * Fetches in the background when a value is due.
   *
   * @param held the value that the caller holds; the cache may have evicted it
   */
  renewAhead(key: string, held: Fetched<Value>, fetch: Fetch<Value>): void {
    const { freshness } = this.#known(key) ?? held;
    if (!freshness.isDue) return;
    // The fetch does not renew an evicted value, which must not cause a fetch for each request.
    freshness.noteAttempt();
    void this.refresh(key, fetch).catch(() => undefined);
  }

  #known(key: string): Fetched<Value> | undefined {
    return this.#values.get(key) ?? this.#transient.get(key);
  }

  #keep(key: string, value: Value, age: Age): Fetched<Value> {
    const { clocks, limitsOf, equals = Object.is, survives = () => true, succeeded } = this.#options;
    succeeded?.();
    const limits = limitsOf(value, key);
    const known = this.#known(key);
    if (known && equals(known.value, value)) {
      known.freshness.renew(age, limits);
      return known;
    }
    known?.freshness.end();
    const fetched = { value, freshness: new Freshness(clocks, age, limits) };
    const [target, other] = survives(value)
      ? [this.#values, this.#transient]
      : [this.#transient, this.#values];
    target.set(key, fetched);
    other.delete(key);
    return fetched;
  }
}
