import { Logger } from '@nestjs/common';
import { AuthenticationException } from '../answer/authentication.exception.js';
import { TenantUnavailableError } from './json.request.js';
import { KeySet } from './key-set.js';

/** A removed key is accepted no longer than this. */
const REFRESH_MS = 10 * 60_000;
const REFRESH_AHEAD_MS = 5 * 60_000;
/** While the tenant is down, it is asked again in the background before the keys at hand stop being relied on. */
const OUTAGE_RELIANCE_MS = 30_000;
const OUTAGE_RETRY_MS = 15_000;
const UNKNOWN_KEY_REFETCH_MS = 30_000;
/** Failures in a row after which the tenant is asked at most once in {@link COOL_DOWN_MS}. */
const FAILURES_BEFORE_COOL_DOWN = 5;
const COOL_DOWN_MS = 1_000;

/** What the keys of one issuer are fetched and timed with. */
export interface IssuerKeysContext {
  readonly issuer: string;
  /** @throws {TenantUnavailableError} */
  readonly fetchKeys: () => Promise<readonly unknown[]>;
  readonly now: () => number;
  /** ms that keys stay in use while the tenant is down. */
  readonly outageTolerance: number;
}

/** The keys of one trusted issuer: fetched once, renewed ahead, kept through an outage. */
export class IssuerKeys {
  readonly #logger = new Logger('IasKeys');
  #current: KeySet | undefined;
  #flight: Promise<KeySet> | undefined;
  #failures = 0;
  #failedAt = 0;
  #refetchedAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly context: IssuerKeysContext) {}

  /**
   * A set that holds the key, fetched anew for an unknown one at most once in 30 s, whatever its `kid`.
   *
   * @throws {AuthenticationException} `token_key_unknown`, `keys_unavailable`
   */
  async holding(kid: string): Promise<KeySet> {
    const startedAt = this.context.now();
    const known = await this.#usable();
    if (known.has(kid)) return known;
    const renewed = known.fetchedAt < startedAt ? await this.#refetch() : undefined;
    if (renewed?.has(kid)) return renewed;
    // While the tenant is down nobody can tell whether it has published this key.
    throw new AuthenticationException(this.#failures > 0 ? 'keys_unavailable' : 'token_key_unknown');
  }

  /** Fetches again in the background once the set is old enough. */
  renewAhead(keySet: KeySet): void {
    // A set that outlived its place in the key store has a successor here.
    const { renewAfter } = this.#current ?? keySet;
    if (this.context.now() >= renewAfter && !this.#flight) void this.#renew().catch(() => undefined);
  }

  async #usable(): Promise<KeySet> {
    if (!this.#current || this.context.now() >= this.#current.freshUntil) return this.#renew();
    this.renewAhead(this.#current);
    return this.#current;
  }

  async #refetch(): Promise<KeySet | undefined> {
    if (this.#flight) return this.#flight;
    const now = this.context.now();
    if (now < this.#refetchedAt + UNKNOWN_KEY_REFETCH_MS) return undefined;
    this.#refetchedAt = now;
    return this.#renew();
  }

  #renew(): Promise<KeySet> {
    this.#flight ??= this.#fetch().finally(() => (this.#flight = undefined));
    return this.#flight;
  }

  async #fetch(): Promise<KeySet> {
    if (this.#isCoolingDown()) return this.#survive();
    try {
      const entries = await this.context.fetchKeys();
      return this.#adopt(KeySet.from(entries, this.context.now()));
    } catch (error) {
      if (!(error instanceof TenantUnavailableError)) throw error;
      this.#noteFailure(error);
      return this.#survive();
    }
  }

  #adopt(fetched: KeySet): KeySet {
    if (fetched.size === 0)
      throw new TenantUnavailableError(`${this.context.issuer} publishes no usable key.`);
    if (this.#failures > 0) this.#logger.log(`The keys of ${this.context.issuer} can be fetched again.`);
    this.#failures = 0;
    const previous = this.#current;
    const current = previous?.equals(fetched) ? previous : fetched;
    if (previous && previous !== current) previous.freshUntil = 0;
    current.fetchedAt = fetched.fetchedAt;
    current.freshUntil = fetched.fetchedAt + REFRESH_MS;
    current.renewAfter = fetched.fetchedAt + REFRESH_AHEAD_MS;
    this.#current = current;
    return current;
  }

  /** Goes on with the keys at hand, for a bounded time. */
  #survive(): KeySet {
    const now = this.context.now();
    const current = this.#current;
    const end = (current?.fetchedAt ?? 0) + this.context.outageTolerance;
    if (!current || now >= Math.max(end, current.freshUntil)) {
      throw new AuthenticationException('keys_unavailable');
    }
    current.freshUntil = Math.max(current.freshUntil, Math.min(now + OUTAGE_RELIANCE_MS, end));
    current.renewAfter = now + OUTAGE_RETRY_MS;
    return current;
  }

  #isCoolingDown(): boolean {
    return this.#failures >= FAILURES_BEFORE_COOL_DOWN && this.context.now() < this.#failedAt + COOL_DOWN_MS;
  }

  #noteFailure({ message }: TenantUnavailableError): void {
    if (this.#failures === 0)
      this.#logger.warn(`The keys of ${this.context.issuer} cannot be fetched. ${message}`);
    this.#failures += 1;
    this.#failedAt = this.context.now();
  }
}
