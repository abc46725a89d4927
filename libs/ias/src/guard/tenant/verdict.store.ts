import { Inject, Injectable, Logger } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { IAS_CLOCK } from '../../ias.clock.js';
import type { Clock } from '../../ias.clock.js';
import { IAS_SETTINGS } from '../../ias.settings.js';
import type { IasSettings } from '../../ias.settings.js';
import { AuthenticationException } from '../answer/authentication.exception.js';
import type { PresentedToken } from '../token/token.gate.js';
import { TenantUnavailableError } from './json.request.js';
import { TenantClient } from './tenant.client.js';
import type { TokenParties, TrustedTenant } from './tenant.client.js';

/** What the tenant said about the parties of a token. */
export interface Verdict {
  readonly accepted: boolean;
  givenAt: number;
  /** Until then it is relied on without asking again; ms since the epoch, 0 once it is revoked. */
  freshUntil: number;
  /** From then on the tenant is asked again in the background. */
  renewAfter: number;
}

/** A token whose signature holds. */
export type SignedToken = Pick<PresentedToken, 'issuer' | 'binding' | 'claims'>;

const MAX_VERDICTS = 10_000;
const MAX_FLIGHTS = 100;
const ACCEPTED_MS = 15 * 60_000;
const REFUSED_MS = 60_000;
const RENEW_AHEAD_MS = 5 * 60_000;
/** While the tenant is down, it is asked again in the background before an acceptance stops being relied on. */
const OUTAGE_RELIANCE_MS = 30_000;
const OUTAGE_RETRY_MS = 15_000;
/** Acceptances end up to a tenth early, each at its own time, so that they are not renewed all at once. */
const JITTER = 0.1;

/**
 * Asks the tenant whether it stands by tokens for certain parties, and remembers the answer.
 *
 * Only for tokens whose signature holds: unverified claims never cause a request nor take a slot (design.md,
 * decision 4).
 */
@Injectable()
export class VerdictStore {
  readonly #logger = new Logger('IasVerdicts');
  readonly #verdicts = new LRUCache<string, Verdict>({ max: MAX_VERDICTS });
  readonly #flights = new Map<string, Promise<Verdict>>();

  constructor(
    private readonly tenants: TenantClient,
    @Inject(IAS_SETTINGS) private readonly settings: IasSettings,
    @Inject(IAS_CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws {AuthenticationException} `token_refused_by_tenant`, `verdict_unavailable` */
  async assertAccepted(token: SignedToken): Promise<Verdict> {
    const question = questionAbout(token);
    const known = this.#verdicts.get(question.slot);
    const verdict = known && this.clock() < known.freshUntil ? known : await this.#ask(question);
    if (!verdict.accepted) throw new AuthenticationException('token_refused_by_tenant');
    return verdict;
  }

  /** Asks again in the background once the verdict is old enough. */
  renewAhead(token: SignedToken, verdict: Verdict): void {
    const now = this.clock();
    if (now < verdict.renewAfter) return;
    // A verdict that was pushed out of its slot is not renewed with it: it must not ask on every request.
    verdict.renewAfter = now + OUTAGE_RETRY_MS;
    void this.#ask(questionAbout(token)).catch(() => undefined);
  }

  async #ask(question: Question): Promise<Verdict> {
    const flight = this.#flights.get(question.slot);
    if (flight) return flight;
    if (this.#flights.size >= MAX_FLIGHTS) {
      throw new AuthenticationException('verdict_unavailable', 'too many verdicts are waited for');
    }
    const started = this.#fetch(question).finally(() => this.#flights.delete(question.slot));
    this.#flights.set(question.slot, started);
    return started;
  }

  async #fetch(question: Question): Promise<Verdict> {
    try {
      const accepted = await this.tenants.fetchVerdict(question.tenant, question.parties);
      return this.#note(question, accepted);
    } catch (error) {
      if (!(error instanceof TenantUnavailableError)) throw error;
      return this.#survive(question, error);
    }
  }

  /** A renewed acceptance stays the same object, so that verified tokens that rest on it live on. */
  #note({ slot, lifetime }: Question, accepted: boolean): Verdict {
    const givenAt = this.clock();
    const freshUntil = givenAt + (accepted ? lifetime : REFUSED_MS);
    const renewAfter = accepted ? freshUntil - RENEW_AHEAD_MS : freshUntil;
    const known = this.#verdicts.get(slot);
    if (known?.accepted && accepted) return Object.assign(known, { givenAt, freshUntil, renewAfter });
    if (known) known.freshUntil = 0;
    const verdict = { accepted, givenAt, freshUntil, renewAfter };
    this.#verdicts.set(slot, verdict);
    return verdict;
  }

  /** Goes on with an earlier acceptance, for a bounded time. */
  #survive({ slot }: Question, { message }: TenantUnavailableError): Verdict {
    const known = this.#verdicts.get(slot);
    const now = this.clock();
    const end = (known?.givenAt ?? 0) + this.settings.outageTolerance;
    if (!known?.accepted || now >= Math.max(end, known.freshUntil)) {
      throw new AuthenticationException('verdict_unavailable', message);
    }
    this.#logger.debug(`An earlier acceptance is relied on. ${message}`);
    known.freshUntil = Math.max(known.freshUntil, Math.min(now + OUTAGE_RELIANCE_MS, end));
    known.renewAfter = now + OUTAGE_RETRY_MS;
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
