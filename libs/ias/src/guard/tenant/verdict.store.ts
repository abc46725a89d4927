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
import type { TokenParties } from './tenant.client.js';

/** What the tenant said about the parties of a token. */
export interface Verdict {
  readonly accepted: boolean;
  readonly givenAt: number;
  /** Until then it is relied on without asking again; ms since the epoch. */
  freshUntil: number;
}

const MAX_VERDICTS = 10_000;
const MAX_FLIGHTS = 100;
const ACCEPTED_MS = 15 * 60_000;
const REFUSED_MS = 60_000;
/** While the tenant is down, an earlier acceptance is relied on for this long before it is asked again. */
const OUTAGE_RETRY_MS = 30_000;
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

  /**
   * @param token one whose signature holds
   * @throws {AuthenticationException} `token_refused_by_tenant`, `verdict_unavailable`
   */
  async assertAccepted(token: PresentedToken): Promise<Verdict> {
    const parties = partiesOf(token);
    const digest = digestOf(token, parties);
    const slot = digest.toString('base64');
    const known = this.#verdicts.get(slot);
    const verdict =
      known && this.clock() < known.freshUntil ? known : await this.#ask(slot, digest, token, parties);
    if (!verdict.accepted) throw new AuthenticationException('token_refused_by_tenant');
    return verdict;
  }

  #ask(slot: string, digest: Buffer, token: PresentedToken, parties: TokenParties): Promise<Verdict> {
    const flight = this.#flights.get(slot);
    if (flight) return flight;
    if (this.#flights.size >= MAX_FLIGHTS)
      throw new AuthenticationException('verdict_unavailable', 'too many at once');
    const started = this.#fetch(slot, digest, token, parties).finally(() => this.#flights.delete(slot));
    this.#flights.set(slot, started);
    return started;
  }

  async #fetch(slot: string, digest: Buffer, token: PresentedToken, parties: TokenParties): Promise<Verdict> {
    try {
      const accepted = await this.tenants.fetchVerdict(token, parties);
      const givenAt = this.clock();
      const verdict = { accepted, givenAt, freshUntil: givenAt + (accepted ? lifetime(digest) : REFUSED_MS) };
      this.#verdicts.set(slot, verdict);
      return verdict;
    } catch (error) {
      if (!(error instanceof TenantUnavailableError)) throw error;
      return this.#survive(slot, error);
    }
  }

  /** Goes on with an earlier acceptance, for a bounded time. */
  #survive(slot: string, { message }: TenantUnavailableError): Verdict {
    const known = this.#verdicts.get(slot);
    const now = this.clock();
    const end = (known?.givenAt ?? 0) + this.settings.outageTolerance;
    if (!known?.accepted || now >= end) throw new AuthenticationException('verdict_unavailable', message);
    this.#logger.debug(`An earlier acceptance is relied on. ${message}`);
    known.freshUntil = Math.min(now + OUTAGE_RETRY_MS, end);
    return known;
  }
}

function partiesOf({ claims }: PresentedToken): TokenParties {
  return {
    appTid: claims.app_tid ?? claims.zone_uuid,
    azp: claims.azp,
    azpAppTid: claims.azp_app_tid,
  };
}

/** A digest of exactly these values, as JSON: no choice of characters can make two tuples look alike. */
function digestOf({ issuer, binding }: PresentedToken, { appTid, azp, azpAppTid }: TokenParties): Buffer {
  const tuple = [issuer, binding.clientId, appTid ?? null, azp ?? null, azpAppTid ?? null];
  return createHash('sha256').update(JSON.stringify(tuple)).digest();
}

function lifetime(digest: Buffer): number {
  return ACCEPTED_MS * (1 - (JITTER * digest.readUInt16BE(0)) / 0x1_00_00);
}
