import { Logger } from '@nestjs/common';
import type { Clocks } from '../../core/clocks.js';
import { asTenantUnavailable, TenantUnavailableError } from '../../net/json-request.js';
import { StaleWhileUnavailableCache } from '../cache/stale-while-unavailable.js';
import type { Fetched } from '../cache/stale-while-unavailable.js';
import { AuthenticationException } from '../authentication-exception.js';
import { KeySet } from './key-set.js';

/** How long the guard accepts a removed key at most, and when it fetches keys again in the background. */
const LIMITS = { reliedFor: 10 * 60_000, renewedAfter: 5 * 60_000 } as const;
const UNKNOWN_KEY_REFETCH_MS = 30_000;
/** After this number of failures in a row, the guard asks the tenant at most once in {@link COOL_DOWN_MS}. */
const FAILURES_BEFORE_COOL_DOWN = 5;
const COOL_DOWN_MS = 1_000;

/** What {@link IssuerKeys} needs to fetch keys. */
export interface IssuerKeysContext {
  readonly issuer: string;
  /** @throws {TenantUnavailableError} */
  readonly fetchKeys: (signal: AbortSignal) => Promise<readonly unknown[]>;
  readonly clocks: Clocks;
  /** Milliseconds that keys stay in use while the tenant is unavailable. */
  readonly outageTolerance: number;
}

/** The keys of one trusted issuer: fetched once, renewed in the background, kept during an outage. */
export class IssuerKeys {
  readonly #logger = new Logger('IasKeys');
  readonly #keySets: StaleWhileUnavailableCache<KeySet>;
  #failures = 0;
  /** On the monotonic clock, as is the next one. */
  #failedAt = Number.NEGATIVE_INFINITY;
  #refetchedAt = Number.NEGATIVE_INFINITY;
  readonly #context: IssuerKeysContext;

  constructor(context: IssuerKeysContext) {
    this.#context = context;
    const { clocks, outageTolerance } = context;
    this.#keySets = new StaleWhileUnavailableCache<KeySet>({
      clocks,
      max: 1,
      outageTolerance,
      limitsOf: () => LIMITS,
      equals: (earlier, fetched) => earlier.equals(fetched),
      succeeded: () => this.#noteSuccess(),
      failed: (error) => this.#noteFailure(asTenantUnavailable(error)),
    });
  }

  /**
   * A set with the key. For an unknown key it fetches the keys again, at most once in 30 s, whatever the `kid`.
   *
   * @throws {AuthenticationException} `token_key_unknown`, `keys_unavailable`
   */
  async holding(kid: string): Promise<Fetched<KeySet>> {
    const fresh = this.#keySets.fresh(this.#context.issuer);
    if (fresh) this.renewAhead(fresh);
    const known = fresh ?? (await this.#renew());
    if (known.value.has(kid)) return known;
    // A caller waits for one fetch at most, because the tenant may be slow.
    const renewed = fresh && (await this.#refetch());
    if (renewed?.value.has(kid)) return renewed;
    // While the tenant is unavailable, it may have published this key.
    throw new AuthenticationException(this.#failures > 0 ? 'keys_unavailable' : 'token_key_unknown');
  }

  /** Fetches again in the background when the keys are due. */
  renewAhead(keySet: Fetched<KeySet>): void {
    this.#keySets.renewAhead(this.#context.issuer, keySet, this.#fetch);
  }

  async #refetch(): Promise<Fetched<KeySet> | undefined> {
    if (!this.#keySets.isFetching(this.#context.issuer)) {
      const now = this.#context.clocks.monotonic();
      if (now < this.#refetchedAt + UNKNOWN_KEY_REFETCH_MS) return undefined;
      this.#refetchedAt = now;
    }
    return this.#renew();
  }

  async #renew(): Promise<Fetched<KeySet>> {
    const { issuer } = this.#context;
    if (!this.#isCoolingDown()) return this.#keySets.refresh(issuer, this.#fetch);
    const survivor = this.#keySets.survivor(issuer);
    if (survivor) return survivor;
    throw new AuthenticationException('keys_unavailable');
  }

  readonly #fetch = async (signal: AbortSignal): Promise<KeySet> => {
    const fetched = KeySet.from(await this.#context.fetchKeys(signal));
    if (!fetched.isEmpty) return fetched;
    throw new TenantUnavailableError(`${this.#context.issuer} publishes no usable key.`);
  };

  #isCoolingDown(): boolean {
    const isOver = this.#context.clocks.monotonic() >= this.#failedAt + COOL_DOWN_MS;
    return this.#failures >= FAILURES_BEFORE_COOL_DOWN && !isOver;
  }

  #noteSuccess(): void {
    if (this.#failures > 0) this.#logger.log(`The keys of ${this.#context.issuer} can be fetched again.`);
    this.#failures = 0;
  }

  #noteFailure({ message }: TenantUnavailableError): AuthenticationException {
    if (this.#failures === 0) {
      this.#logger.warn(`The keys of ${this.#context.issuer} could not be fetched. ${message}`);
    }
    this.#failures += 1;
    this.#failedAt = this.#context.clocks.monotonic();
    return new AuthenticationException('keys_unavailable');
  }
}
