import { Logger } from '@nestjs/common';
import type { Age, Clocks } from '../../core/clocks.js';
import { SingleFlight } from '../../core/single-flight.js';
import { AuthenticationException } from '../authentication-exception.js';
import { Freshness } from '../cache/freshness.js';
import { KeySet } from './key-set.js';
import { asTenantUnavailable, TenantUnavailableError } from '../../net/tenant-unavailable-error.js';

/** For all requests that it takes: together with the verdict, a caller waits ten seconds at most. */
const DEADLINE_MS = 5_000;
/** A removed key is accepted no longer than this, and fetched again in the background before. */
const LIMITS = { reliedFor: 10 * 60_000, renewedAfter: 5 * 60_000 } as const;
const UNKNOWN_KEY_REFETCH_MS = 30_000;
/** Failures in a row after which the tenant is asked at most once in {@link COOL_DOWN_MS}. */
const FAILURES_BEFORE_COOL_DOWN = 5;
const COOL_DOWN_MS = 1_000;

/** What the keys of one issuer are fetched and timed with. */
export interface IssuerKeysContext {
  readonly issuer: string;
  /** @throws {TenantUnavailableError} */
  readonly fetchKeys: (signal: AbortSignal) => Promise<readonly unknown[]>;
  readonly clocks: Clocks;
  /** ms that keys stay in use while the tenant is down. */
  readonly outageTolerance: number;
}

/** The keys of one trusted issuer: fetched once, renewed ahead, kept through an outage. */
export class IssuerKeys {
  readonly #logger = new Logger('IasKeys');
  readonly #flights = new SingleFlight<string, KeySet>(DEADLINE_MS);
  #current: KeySet | undefined;
  /** Fetches that have come to an end, whatever it was. */
  #fetches = 0;
  #failures = 0;
  /** On the monotonic clock, as is the next one. */
  #failedAt = Number.NEGATIVE_INFINITY;
  #refetchedAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly context: IssuerKeysContext) {}

  /**
   * A set that holds the key, fetched anew for an unknown one at most once in 30 s, whatever its `kid`.
   *
   * @throws {AuthenticationException} `token_key_unknown`, `keys_unavailable`
   */
  async holding(kid: string): Promise<KeySet> {
    const fetches = this.#fetches;
    const known = await this.#usable();
    if (known.has(kid)) return known;
    // One fetch at most for a caller: a slow tenant must not make it wait for two.
    const renewed = this.#fetches === fetches ? await this.#refetch() : undefined;
    if (renewed?.has(kid)) return renewed;
    // While the tenant is down nobody can tell whether it has published this key.
    throw new AuthenticationException(this.#failures > 0 ? 'keys_unavailable' : 'token_key_unknown');
  }

  /** Fetches again in the background once the set is old enough. */
  renewAhead(keySet: KeySet): void {
    // A set that outlived its place in the key store has a successor here.
    const { freshness } = this.#current ?? keySet;
    if (freshness.isDue && this.#flights.size === 0) void this.#renew().catch(() => undefined);
  }

  async #usable(): Promise<KeySet> {
    if (!this.#current || this.#current.freshness.isOver) return this.#renew();
    this.renewAhead(this.#current);
    return this.#current;
  }

  async #refetch(): Promise<KeySet | undefined> {
    if (this.#flights.size > 0) return this.#renew();
    const now = this.context.clocks.monotonic();
    if (now < this.#refetchedAt + UNKNOWN_KEY_REFETCH_MS) return undefined;
    this.#refetchedAt = now;
    return this.#renew();
  }

  async #renew(): Promise<KeySet> {
    if (this.#isCoolingDown()) return this.#survive();
    const age = this.context.clocks.startAge();
    return this.#flights.run(this.context.issuer, {
      start: (signal) => this.#fetch(age, signal),
      land: (fetched) => this.#adopt(fetched, age),
      fail: (error) => {
        this.#noteFailure(asTenantUnavailable(error));
        return this.#survive();
      },
    });
  }

  async #fetch(age: Age, signal: AbortSignal): Promise<KeySet> {
    const entries = await this.context.fetchKeys(signal);
    const fetched = KeySet.from(entries, new Freshness(this.context.clocks, age, LIMITS));
    if (fetched.size > 0) return fetched;
    throw new TenantUnavailableError(`${this.context.issuer} publishes no usable key.`);
  }

  #adopt(fetched: KeySet, age: Age): KeySet {
    if (this.#failures > 0) this.#logger.log(`The keys of ${this.context.issuer} can be fetched again.`);
    this.#fetches += 1;
    this.#failures = 0;
    const previous = this.#current;
    if (previous?.equals(fetched)) {
      previous.freshness.renew(age, LIMITS);
      return previous;
    }
    previous?.freshness.end();
    this.#current = fetched;
    return fetched;
  }

  /** Goes on with the keys at hand, for a bounded time. */
  #survive(): KeySet {
    if (this.#current?.freshness.survive(this.context.outageTolerance)) return this.#current;
    throw new AuthenticationException('keys_unavailable');
  }

  #isCoolingDown(): boolean {
    const isOver = this.context.clocks.monotonic() >= this.#failedAt + COOL_DOWN_MS;
    return this.#failures >= FAILURES_BEFORE_COOL_DOWN && !isOver;
  }

  #noteFailure({ message }: TenantUnavailableError): void {
    if (this.#failures === 0)
      this.#logger.warn(`The keys of ${this.context.issuer} cannot be fetched. ${message}`);
    this.#fetches += 1;
    this.#failures += 1;
    this.#failedAt = this.context.clocks.monotonic();
  }
}
