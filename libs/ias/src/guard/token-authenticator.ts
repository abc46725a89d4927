import { Inject, Injectable } from '@nestjs/common';
import { IdentityBindings } from '../binding/identity-bindings.js';
import { Clocks } from '../core/clocks.js';
import { RedactedToken } from '../core/redacted.js';
import { IAS_SETTINGS } from '../core/settings.js';
import type { IasSettings } from '../core/settings.js';
import { deepFreeze } from './access-token-schema.js';
import type { VerifiedCaller } from './authentication.js';
import { Freshness } from './cache/freshness.js';
import { VerifiedTokenCache } from './cache/verified-token-cache.js';
import { parseToken } from './checks/2-token-format.js';
import { TrustedIssuers } from './checks/3-issuer.js';
import { AudienceAndDates } from './checks/4-audience-and-dates.js';
import { KeyStore } from './checks/5-signature.js';
import { TenantAcceptance } from './checks/6-tenant-acceptance.js';
import { effectiveIssuer } from './tenant-issuer.js';

/** Steps 2 to 6 of the guard, which depend on the token alone: they run once for each token. */
@Injectable()
export class TokenAuthenticator {
  readonly #verifiedTokens: VerifiedTokenCache;
  readonly #bindings: IdentityBindings;
  readonly #issuers: TrustedIssuers;
  readonly #audienceAndDates: AudienceAndDates;
  readonly #keys: KeyStore;
  readonly #acceptance: TenantAcceptance;
  readonly #clocks: Clocks;
  readonly #settings: IasSettings;

  constructor(
    verifiedTokens: VerifiedTokenCache,
    bindings: IdentityBindings,
    issuers: TrustedIssuers,
    audienceAndDates: AudienceAndDates,
    keys: KeyStore,
    acceptance: TenantAcceptance,
    clocks: Clocks,
    @Inject(IAS_SETTINGS) settings: IasSettings,
  ) {
    this.#verifiedTokens = verifiedTokens;
    this.#bindings = bindings;
    this.#issuers = issuers;
    this.#audienceAndDates = audienceAndDates;
    this.#keys = keys;
    this.#acceptance = acceptance;
    this.#clocks = clocks;
    this.#settings = settings;
  }

  /**
   * The result for a token that was verified before, while everything that it depends on is fresh.
   *
   * @param jwt the value after `Bearer`, not validated yet
   */
  recall(jwt: string): VerifiedCaller | undefined {
    const verified = this.#verifiedTokens.get(jwt);
    if (!verified) return undefined;
    const { authentication, token, keySet, verdict } = verified;
    this.#keys.renewAhead(token, keySet);
    this.#acceptance.renewAhead(token, verdict);
    return authentication;
  }

  /**
   * Runs cheap checks first. It fetches nothing for a token that fails one of them, and asks the tenant only about tokens
   * with a valid signature.
   *
   * @param jwt the value after `Bearer`, not validated yet
   * @throws {AuthenticationException}
   */
  async verify(jwt: string): Promise<VerifiedCaller> {
    const parsed = parseToken(jwt, this.#settings.algorithms);
    const { claims } = parsed;
    const issuer = effectiveIssuer(claims);
    const trusting = this.#issuers.bindingsTrusting(issuer, this.#bindings.all);
    const binding = this.#audienceAndDates.bindingFor(issuer, claims, trusting);
    // The resolver of step 3 waits for step 4, so that it is called only for tokens that are for this app.
    const trustedFor = await this.#issuers.trustedFor(issuer, binding);
    const reliedFor = Math.min(this.#audienceAndDates.lifetimeOf(claims), trustedFor);
    const freshness = new Freshness(this.#clocks, this.#clocks.startAge(), { reliedFor });
    const token = { ...parsed, issuer, binding };
    const { key, keySet } = await this.#keys.verify(token);
    const { verdict, securityContext } = await this.#acceptance.assertAccepted(token, key);
    // Requests with the same token share the claims.
    deepFreeze(claims);
    const authentication = { token: new RedactedToken(jwt, issuer), claims, securityContext };
    this.#verifiedTokens.set({
      authentication,
      token: { issuer, binding, claims },
      freshness,
      keySet,
      verdict,
    });
    return authentication;
  }
}
