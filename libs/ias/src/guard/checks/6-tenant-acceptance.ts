import { Inject, Injectable, Logger } from '@nestjs/common';
import type { IdentityServiceSecurityContext } from '@sap/xssec';
import { createHash } from 'node:crypto';
import { Clocks } from '../../core/clocks.js';
import { IAS_SETTINGS } from '../../core/settings.js';
import type { IasSettings } from '../../core/settings.js';
import { asTenantUnavailable } from '../../net/json-request.js';
import type { FreshnessLimits } from '../cache/freshness.js';
import { StaleWhileUnavailableCache } from '../cache/stale-while-unavailable.js';
import type { Fetched } from '../cache/stale-while-unavailable.js';
import { AuthenticationException } from '../authentication-exception.js';
import type { PublishedKey } from '../tenant/key-set.js';
import { TenantClient } from '../tenant/tenant-client.js';
import type { TokenParties, TrustedTenant } from '../tenant/tenant-client.js';
import { XssecAuthenticator } from '../xssec/xssec-authenticator.js';
import type { PresentedToken } from './5-signature.js';

/** Whether the tenant accepts tokens for certain parties. */
export type Verdict = Fetched<boolean>;

/** The results that the acceptance of a token depends on. */
export interface Acceptance {
  readonly verdict: Verdict;
  readonly securityContext: IdentityServiceSecurityContext;
}

/** The parts of a token that the tenant decides about. */
export type SignedToken = Pick<PresentedToken, 'issuer' | 'binding' | 'claims'>;

const MAX_VERDICTS = 10_000;
const MAX_FETCHES = 100;
const ACCEPTED_MS = 15 * 60_000;
const REFUSED_MS = 60_000;
const RENEW_AHEAD_MS = 5 * 60_000;
/** Acceptances end up to a tenth early, each at its own time, so that they are not all renewed at once. */
const JITTER = 0.1;

/**
 * Step 6: the tenant accepts tokens for these parties, and xssec accepts the token.
 *
 * Only for tokens with a valid signature: unverified claims never cause a request and never take room in the cache
 * (docs/decisions/0017).
 */
@Injectable()
export class TenantAcceptance {
  readonly #logger = new Logger('IasVerdicts');
  readonly #verdicts: StaleWhileUnavailableCache<boolean>;
  readonly #tenants: TenantClient;
  readonly #xssec: XssecAuthenticator;

  constructor(
    tenants: TenantClient,
    xssec: XssecAuthenticator,
    @Inject(IAS_SETTINGS) { outageTolerance }: IasSettings,
    clocks: Clocks,
  ) {
    this.#tenants = tenants;
    this.#xssec = xssec;
    this.#verdicts = new StaleWhileUnavailableCache<boolean>({
      clocks,
      max: MAX_VERDICTS,
      maxTransient: MAX_VERDICTS,
      outageTolerance,
      limitsOf,
      survives: (isAccepted) => isAccepted,
      failed: (error) => this.#noteFailure(error),
    });
  }

  /**
   * @param key the key that made the signature
   * @throws {AuthenticationException} `token_refused_by_tenant`, `verdict_unavailable`, `token_refused`
   */
  async assertAccepted(token: PresentedToken, key: PublishedKey): Promise<Acceptance> {
    const question = questionAbout(token);
    const verdict = this.#verdicts.fresh(question.slot) ?? (await this.#ask(question));
    if (!verdict.value) throw new AuthenticationException('token_refused_by_tenant');
    return { verdict, securityContext: await this.#xssec.createSecurityContext(token, key) };
  }

  /** Asks again in the background when the verdict is due. */
  renewAhead(token: SignedToken, verdict: Verdict): void {
    if (!verdict.freshness.isDue) return;
    const { tenant, parties, slot } = questionAbout(token);
    if (this.#isBusy(slot)) return;
    this.#verdicts.renewAhead(slot, verdict, (signal) => this.#tenants.fetchVerdict(tenant, parties, signal));
  }

  async #ask({ tenant, parties, slot }: Question): Promise<Verdict> {
    if (this.#isBusy(slot)) {
      throw new AuthenticationException('verdict_unavailable', 'too many requests for verdicts');
    }
    return this.#verdicts.refresh(slot, (signal) => this.#tenants.fetchVerdict(tenant, parties, signal));
  }

  #isBusy(slot: string): boolean {
    return this.#verdicts.fetches >= MAX_FETCHES && !this.#verdicts.isFetching(slot);
  }

  #noteFailure(error: unknown): AuthenticationException {
    const { message } = asTenantUnavailable(error);
    this.#logger.debug(`A verdict could not be fetched. ${message}`);
    return new AuthenticationException('verdict_unavailable', message);
  }
}

/** What to ask the tenant, and the cache slot for its answer. */
interface Question {
  readonly tenant: TrustedTenant;
  readonly parties: TokenParties;
  readonly slot: string;
}

/** The slot is a digest of exactly these values as JSON, so that no choice of characters makes two tuples equal. */
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
  const slot = createHash('sha256').update(JSON.stringify(tuple)).digest('base64');
  return { tenant: { issuer, binding }, parties, slot };
}

function limitsOf(isAccepted: boolean, slot: string): FreshnessLimits {
  if (!isAccepted) return { reliedFor: REFUSED_MS };
  const reliedFor = ACCEPTED_MS * (1 - (JITTER * Buffer.from(slot, 'base64').readUInt16BE(0)) / 0x1_00_00);
  return { reliedFor, renewedAfter: reliedFor - RENEW_AHEAD_MS };
}
