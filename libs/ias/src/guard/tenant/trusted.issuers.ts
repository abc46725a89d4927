import { Inject, Injectable, Logger } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { IdentityBinding } from '../../binding/binding.js';
import { IAS_CLOCK } from '../../ias.clock.js';
import type { Clock } from '../../ias.clock.js';
import { IAS_SETTINGS } from '../../ias.settings.js';
import type { IasSettings } from '../../ias.settings.js';
import { Allowance } from '../allowance.js';
import { AuthenticationException } from '../answer/authentication.exception.js';
import { isTenantOrigin } from './tenant.domain.js';

const DEADLINE_MS = 5_000;
const ACCEPTED_MS = 5 * 60_000;
const REFUSED_MS = 60_000;
const MAX_ACCEPTED = 10_000;
const MAX_REFUSED = 1_000;
/** Anybody can make issuers up: how many new ones the resolver is asked about at once, and then in a second. */
const MAX_FLIGHTS = 20;
const NEW_ISSUERS = { burst: 100, intervalMs: 20 } as const;
/** While the resolver fails, an earlier acceptance is relied on, and the resolver asked again after this time. */
const OUTAGE_RETRY_MS = 15_000;

/** An issuer that the resolver accepted; times in ms since the epoch. */
interface Acceptance {
  readonly givenAt: number;
  readonly freshUntil: number;
}

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
  readonly #accepted = new LRUCache<string, Acceptance>({ max: MAX_ACCEPTED });
  /** Until when they are refused without asking again; ms since the epoch. */
  readonly #refused = new LRUCache<string, number>({ max: MAX_REFUSED });
  readonly #flights = new Map<string, Promise<number>>();
  readonly #newIssuers: Allowance;
  #isFailing = false;

  constructor(
    @Inject(IAS_SETTINGS) private readonly settings: IasSettings,
    @Inject(IAS_CLOCK) private readonly clock: Clock,
  ) {
    this.#newIssuers = new Allowance(NEW_ISSUERS, clock);
  }

  /** Whether the issuer can be trusted for a binding at all, by what is known without asking. */
  mayBeTrusted(issuer: string, binding: IdentityBinding): boolean {
    if (this.#isConfigured(issuer, binding)) return true;
    return this.settings.issuerResolver !== undefined && isTenantOrigin(issuer, binding);
  }

  /**
   * @param issuer one that {@link mayBeTrusted}
   * @returns until when the answer counts, ms since the epoch
   * @throws {AuthenticationException} `token_issuer_untrusted`, `issuer_unresolved`
   */
  async trustedUntil(issuer: string, binding: IdentityBinding): Promise<number> {
    if (this.#isConfigured(issuer, binding)) return Number.POSITIVE_INFINITY;
    const now = this.clock();
    const accepted = this.#accepted.get(issuer);
    if (accepted && now < accepted.freshUntil) return accepted.freshUntil;
    if (now < (this.#refused.get(issuer) ?? 0)) throw new AuthenticationException('token_issuer_untrusted');
    return this.#flights.get(issuer) ?? this.#ask(issuer);
  }

  #isConfigured(issuer: string, { url }: IdentityBinding): boolean {
    return url === issuer || this.settings.trustedIssuers.includes(issuer);
  }

  #ask(issuer: string): Promise<number> {
    // Issuers that were accepted before are not held up by made-up ones.
    if (!this.#accepted.has(issuer)) this.#assertNotFlooded();
    const flight = this.#resolve(issuer).finally(() => this.#flights.delete(issuer));
    this.#flights.set(issuer, flight);
    return flight;
  }

  #assertNotFlooded(): void {
    if (this.#flights.size < MAX_FLIGHTS && this.#newIssuers.take()) return;
    throw new AuthenticationException('issuer_unresolved', 'too many unknown issuers');
  }

  async #resolve(issuer: string): Promise<number> {
    let answer: unknown;
    try {
      answer = await withinDeadline(this.settings.issuerResolver?.(issuer));
    } catch (error) {
      return this.#survive(issuer, error);
    }
    this.#isFailing = false;
    return this.#remember(issuer, answer === true);
  }

  #remember(issuer: string, isTrusted: boolean): number {
    const now = this.clock();
    if (isTrusted) {
      const freshUntil = now + ACCEPTED_MS;
      this.#accepted.set(issuer, { givenAt: now, freshUntil });
      return freshUntil;
    }
    this.#accepted.delete(issuer);
    this.#refused.set(issuer, now + REFUSED_MS);
    throw new AuthenticationException('token_issuer_untrusted');
  }

  /** Goes on with an earlier acceptance, for a bounded time. The error's text may be anything, so only its name is kept. */
  #survive(issuer: string, error: unknown): number {
    const reason = error instanceof Error ? error.name : typeof error;
    if (!this.#isFailing) this.#logger.warn(`The issuer resolver failed with ${reason}.`);
    this.#isFailing = true;
    const now = this.clock();
    const givenAt = this.#accepted.get(issuer)?.givenAt ?? Number.NEGATIVE_INFINITY;
    const end = givenAt + this.settings.outageTolerance;
    if (now >= end) throw new AuthenticationException('issuer_unresolved', `the resolver: ${reason}`);
    const freshUntil = Math.min(now + OUTAGE_RETRY_MS, end);
    this.#accepted.set(issuer, { givenAt, freshUntil });
    return freshUntil;
  }
}

class ResolverTimeout extends Error {
  override readonly name = 'ResolverTimeout';
}

async function withinDeadline(answer: unknown): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new ResolverTimeout()), DEADLINE_MS);
  });
  try {
    return await Promise.race([answer, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
