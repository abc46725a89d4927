import { Inject, Injectable, Logger } from '@nestjs/common';
import type { IdentityBinding } from '../../binding/identity-binding.js';
import { Clocks } from '../../core/clocks.js';
import { RateLimiter } from '../../core/rate-limiter.js';
import { IAS_SETTINGS } from '../../core/settings.js';
import type { IasSettings } from '../../core/settings.js';
import { StaleWhileUnavailableCache } from '../cache/stale-while-unavailable.js';
import type { Fetched } from '../cache/stale-while-unavailable.js';
import { AuthenticationException } from '../authentication-exception.js';
import { isTenantOrigin } from '../tenant-issuer.js';

const ACCEPTED_MS = 5 * 60_000;
const REFUSED_MS = 60_000;
const MAX_ACCEPTED = 10_000;
const MAX_REFUSED = 1_000;
/**
 * Anyone can invent issuers. These limits apply to calls of the resolver for new ones: running calls, burst and rate.
 */
const MAX_CALLS = 20;
const NEW_ISSUERS = { burst: 100, intervalMs: 20 } as const;

/**
 * Step 3: the issuer is the tenant of a binding, one of `trustedIssuers`, or one that the `issuerResolver` of the app
 * accepts.
 *
 * The issuers of forged tokens can reach the resolver, but never cause a request to a tenant.
 */
@Injectable()
export class TrustedIssuers {
  readonly #logger = new Logger('IasIssuers');
  readonly #answers: StaleWhileUnavailableCache<boolean>;
  readonly #newIssuers: RateLimiter;
  #isFailing = false;
  readonly #settings: IasSettings;

  constructor(@Inject(IAS_SETTINGS) settings: IasSettings, clocks: Clocks) {
    this.#settings = settings;
    this.#newIssuers = new RateLimiter(NEW_ISSUERS, clocks.monotonic);
    this.#answers = new StaleWhileUnavailableCache<boolean>({
      clocks,
      max: MAX_ACCEPTED,
      maxTransient: MAX_REFUSED,
      outageTolerance: settings.outageTolerance,
      limitsOf: (isTrusted) => ({ reliedFor: isTrusted ? ACCEPTED_MS : REFUSED_MS }),
      survives: (isTrusted) => isTrusted,
      succeeded: () => {
        this.#isFailing = false;
      },
      failed: (error) => this.#noteFailure(error),
    });
  }

  /**
   * The bindings for which the issuer can be trusted, without a call of the resolver.
   *
   * @throws {AuthenticationException} `token_issuer_untrusted`: there is none
   */
  bindingsTrusting(issuer: string, bindings: readonly IdentityBinding[]): readonly IdentityBinding[] {
    const trusting = bindings.filter((binding) => this.#mayTrust(issuer, binding));
    if (trusting.length === 0) throw new AuthenticationException('token_issuer_untrusted');
    return trusting;
  }

  /**
   * Calls the resolver for an issuer that is not configured.
   *
   * @param issuer one of a binding that {@link bindingsTrusting} returned
   * @returns how long to trust the issuer, ms
   * @throws {AuthenticationException} `token_issuer_untrusted`, `issuer_unresolved`
   */
  async trustedFor(issuer: string, binding: IdentityBinding): Promise<number> {
    if (this.#isConfigured(issuer, binding)) return Number.POSITIVE_INFINITY;
    const { value: isTrusted, freshness } = this.#answers.fresh(issuer) ?? (await this.#resolve(issuer));
    if (!isTrusted) throw new AuthenticationException('token_issuer_untrusted');
    return freshness.left;
  }

  #mayTrust(issuer: string, binding: IdentityBinding): boolean {
    if (this.#isConfigured(issuer, binding)) return true;
    return this.#settings.issuerResolver !== undefined && isTenantOrigin(issuer, binding);
  }

  #isConfigured(issuer: string, { url }: IdentityBinding): boolean {
    return url === issuer || this.#settings.trustedIssuers.includes(issuer);
  }

  #resolve(issuer: string): Promise<Fetched<boolean>> {
    // Made-up issuers do not delay those that the resolver accepted before.
    if (!this.#answers.isFetching(issuer) && !this.#answers.has(issuer)) this.#assertNotFlooded();
    return this.#answers.refresh(
      issuer,
      async () => (await this.#settings.issuerResolver?.(issuer)) === true,
    );
  }

  #assertNotFlooded(): void {
    if (this.#answers.fetches < MAX_CALLS && this.#newIssuers.take()) return;
    throw new AuthenticationException('issuer_unresolved', 'too many unknown issuers');
  }

  /** The message of the error may contain anything, so only its name is kept. */
  #noteFailure(error: unknown): AuthenticationException {
    const reason = error instanceof Error ? error.name : typeof error;
    if (!this.#isFailing) this.#logger.warn(`The issuer resolver failed with ${reason}.`);
    this.#isFailing = true;
    return new AuthenticationException('issuer_unresolved', `the issuer resolver failed with ${reason}`);
  }
}
