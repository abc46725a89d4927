import { Inject, Injectable, Logger } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { IdentityBinding } from '../../binding/identity-binding.js';
import { Clocks } from '../../core/clocks.js';
import type { Age } from '../../core/clocks.js';
import { SingleFlight } from '../../core/single-flight.js';
import { IAS_SETTINGS } from '../../core/settings.js';
import type { IasSettings } from '../../core/settings.js';
import { RateLimiter } from '../../core/rate-limiter.js';
import { AuthenticationException } from '../authentication-exception.js';
import { Freshness } from '../cache/freshness.js';
import { isTenantOrigin } from '../tenant/tenant-domain.js';

const DEADLINE_MS = 5_000;
const ACCEPTED_MS = 5 * 60_000;
const REFUSED_MS = 60_000;
const MAX_ACCEPTED = 10_000;
const MAX_REFUSED = 1_000;
/** Anybody can make issuers up: how many new ones the resolver is asked about at once, and then in a second. */
const MAX_FLIGHTS = 20;
const NEW_ISSUERS = { burst: 100, intervalMs: 20 } as const;

/**
 * Decides which issuers are trusted: the tenants of our bindings, the listed ones, and those that the resolver of the
 * app accepts.
 *
 * Issuers of forged tokens get as far as the resolver, but never cause a request of ours. Its answers are remembered,
 * refusals apart from acceptances, and new issuers asked about at a bounded rate.
 */
@Injectable()
export class TrustedIssuers {
  readonly #logger = new Logger('IasIssuers');
  readonly #accepted = new LRUCache<string, Freshness>({ max: MAX_ACCEPTED });
  readonly #refused = new LRUCache<string, Freshness>({ max: MAX_REFUSED });
  readonly #flights = new SingleFlight<string, number>(DEADLINE_MS);
  readonly #newIssuers: RateLimiter;
  #isFailing = false;

  constructor(
    @Inject(IAS_SETTINGS) private readonly settings: IasSettings,
    private readonly clocks: Clocks,
  ) {
    this.#newIssuers = new RateLimiter(NEW_ISSUERS, clocks.monotonic);
  }

  /** Whether the issuer can be trusted for a binding at all, by what is known without asking. */
  mayBeTrusted(issuer: string, binding: IdentityBinding): boolean {
    if (this.#isConfigured(issuer, binding)) return true;
    return this.settings.issuerResolver !== undefined && isTenantOrigin(issuer, binding);
  }

  /**
   * @param issuer one that {@link mayBeTrusted}
   * @returns how long the answer counts, ms
   * @throws {AuthenticationException} `token_issuer_untrusted`, `issuer_unresolved`
   */
  async trustedFor(issuer: string, binding: IdentityBinding): Promise<number> {
    if (this.#isConfigured(issuer, binding)) return Number.POSITIVE_INFINITY;
    const accepted = this.#accepted.get(issuer);
    if (accepted && !accepted.isOver) return accepted.left;
    if (this.#refused.get(issuer)?.isOver === false) {
      throw new AuthenticationException('token_issuer_untrusted');
    }
    return this.#flights.get(issuer) ?? this.#ask(issuer);
  }

  #isConfigured(issuer: string, { url }: IdentityBinding): boolean {
    return url === issuer || this.settings.trustedIssuers.includes(issuer);
  }

  #ask(issuer: string): Promise<number> {
    // Issuers that were accepted before are not held up by made-up ones.
    if (!this.#accepted.has(issuer)) this.#assertNotFlooded();
    const age = this.clocks.startAge();
    return this.#flights.run(issuer, {
      start: async () => this.settings.issuerResolver?.(issuer),
      land: (answer) => this.#remember(issuer, answer === true, age),
      fail: (error) => this.#survive(issuer, error),
    });
  }

  #assertNotFlooded(): void {
    if (this.#flights.size < MAX_FLIGHTS && this.#newIssuers.take()) return;
    throw new AuthenticationException('issuer_unresolved', 'too many unknown issuers');
  }

  #remember(issuer: string, isTrusted: boolean, age: Age): number {
    this.#isFailing = false;
    if (isTrusted) {
      const acceptance = new Freshness(this.clocks, age, { reliedFor: ACCEPTED_MS });
      this.#accepted.set(issuer, acceptance);
      return acceptance.left;
    }
    this.#accepted.delete(issuer);
    this.#refused.set(issuer, new Freshness(this.clocks, age, { reliedFor: REFUSED_MS }));
    throw new AuthenticationException('token_issuer_untrusted');
  }

  /** Goes on with an earlier acceptance, for a bounded time. The error's text may be anything, so only its name is kept. */
  #survive(issuer: string, error: unknown): number {
    const reason = error instanceof Error ? error.name : typeof error;
    if (!this.#isFailing) this.#logger.warn(`The issuer resolver failed with ${reason}.`);
    this.#isFailing = true;
    const acceptance = this.#accepted.get(issuer);
    if (acceptance?.survive(this.settings.outageTolerance)) return acceptance.left;
    throw new AuthenticationException('issuer_unresolved', `the resolver: ${reason}`);
  }
}
