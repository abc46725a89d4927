import { Inject, Injectable, Logger } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { Clocks } from '../../core/clocks.js';
import type { Age } from '../../core/clocks.js';
import { SingleFlight } from '../../core/single-flight.js';
import { IAS_SETTINGS } from '../../core/settings.js';
import type { IasSettings } from '../../core/settings.js';
import { AuthenticationException } from '../authentication-exception.js';
import type { PresentedToken } from '../token-gate.js';
import { Freshness } from '../cache/freshness.js';
import type { FreshnessLimits } from '../cache/freshness.js';
import { asTenantUnavailable } from '../../net/tenant-unavailable-error.js';
import type { TenantUnavailableError } from '../../net/tenant-unavailable-error.js';
import { TenantClient } from './tenant-client.js';
import type { TokenParties, TrustedTenant } from './tenant-client.js';

/** What the tenant said about the parties of a token. */
export interface Verdict {
  readonly accepted: boolean;
  readonly freshness: Freshness;
}

/** A token whose signature holds. */
export type SignedToken = Pick<PresentedToken, 'issuer' | 'binding' | 'claims'>;

const DEADLINE_MS = 5_000;
const MAX_VERDICTS = 10_000;
const MAX_FLIGHTS = 100;
const ACCEPTED_MS = 15 * 60_000;
const REFUSED_MS = 60_000;
const RENEW_AHEAD_MS = 5 * 60_000;
/** Acceptances end up to a tenth early, each at its own time, so that they are not renewed all at once. */
const JITTER = 0.1;

/**
 * Asks the tenant whether it stands by tokens for certain parties, and remembers the answer.
 *
 * Only for tokens whose signature holds: unverified claims never cause a request nor take a slot (docs/decisions/0017).
 */
@Injectable()
export class VerdictStore {
  readonly #logger = new Logger('IasVerdicts');
  readonly #verdicts = new LRUCache<string, Verdict>({ max: MAX_VERDICTS });
  readonly #flights = new SingleFlight<string, Verdict>(DEADLINE_MS);

  constructor(
    private readonly tenants: TenantClient,
    @Inject(IAS_SETTINGS) private readonly settings: IasSettings,
    private readonly clocks: Clocks,
  ) {}

  /** @throws {AuthenticationException} `token_refused_by_tenant`, `verdict_unavailable` */
  async assertAccepted(token: SignedToken): Promise<Verdict> {
    const question = questionAbout(token);
    const known = this.#verdicts.get(question.slot);
    const verdict = known?.freshness.isOver === false ? known : await this.#ask(question);
    if (!verdict.accepted) throw new AuthenticationException('token_refused_by_tenant');
    return verdict;
  }

  /** Asks again in the background once the verdict is old enough. */
  renewAhead(token: SignedToken, verdict: Verdict): void {
    if (!verdict.freshness.isDue) return;
    // A verdict that was pushed out of its slot is not renewed with it: it must not ask on every request.
    verdict.freshness.noteAttempt();
    void this.#ask(questionAbout(token)).catch(() => undefined);
  }

  async #ask(question: Question): Promise<Verdict> {
    const { tenant, parties, slot } = question;
    if (this.#flights.size >= MAX_FLIGHTS && !this.#flights.get(slot)) {
      throw new AuthenticationException('verdict_unavailable', 'too many verdicts are waited for');
    }
    const age = this.clocks.startAge();
    return this.#flights.run(slot, {
      start: (signal) => this.tenants.fetchVerdict(tenant, parties, signal),
      land: (accepted) => this.#note(question, accepted, age),
      fail: (error) => this.#survive(question, asTenantUnavailable(error)),
    });
  }

  /** A renewed acceptance stays the same object, so that verified tokens that rest on it live on. */
  #note({ slot, lifetime }: Question, accepted: boolean, age: Age): Verdict {
    const limits: FreshnessLimits = accepted
      ? { reliedFor: lifetime, renewedAfter: lifetime - RENEW_AHEAD_MS }
      : { reliedFor: REFUSED_MS };
    const known = this.#verdicts.get(slot);
    if (known?.accepted && accepted) {
      known.freshness.renew(age, limits);
      return known;
    }
    known?.freshness.end();
    const verdict = { accepted, freshness: new Freshness(this.clocks, age, limits) };
    this.#verdicts.set(slot, verdict);
    return verdict;
  }

  /** Goes on with an earlier acceptance, for a bounded time. */
  #survive({ slot }: Question, { message }: TenantUnavailableError): Verdict {
    const known = this.#verdicts.get(slot);
    if (!known?.accepted || !known.freshness.survive(this.settings.outageTolerance)) {
      throw new AuthenticationException('verdict_unavailable', message);
    }
    this.#logger.debug(`An earlier acceptance is relied on. ${message}`);
    return known;
  }
}

/** What the tenant is asked, and under which slot the answer is kept. */
interface Question {
  readonly tenant: TrustedTenant;
  readonly parties: TokenParties;
  readonly slot: string;
  /** ms that an acceptance is relied on. */
  readonly lifetime: number;
}

/** The slot is a digest of exactly these values as JSON: no choice of characters makes two tuples look alike. */
function questionAbout({ issuer, binding, claims }: SignedToken): Question {
  const parties = {
    appTid: claims.app_tid ?? claims.zone_uuid,
    azp: claims.azp,
    azpAppTid: claims.azp_app_tid,
  };
  const tuple = [
    issuer,
    binding.clientId,
    parties.appTid ?? null,
    parties.azp ?? null,
    parties.azpAppTid ?? null,
  ];
  const digest = createHash('sha256').update(JSON.stringify(tuple)).digest();
  const lifetime = ACCEPTED_MS * (1 - (JITTER * digest.readUInt16BE(0)) / 0x1_00_00);
  return { tenant: { issuer, binding }, parties, slot: digest.toString('base64'), lifetime };
}
