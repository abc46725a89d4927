import { Injectable } from '@nestjs/common';
import type { Authentication } from './authentication.js';
import { deepFreeze } from './frozen-claims.js';
import { RedactedToken } from '../core/redacted-token.js';
import { KeyStore } from './checks/5-signature.js';
import { VerdictStore } from './tenant/verdict-store.js';
import { TokenGate } from './token-gate.js';
import { VerifiedTokenCache } from './cache/verified-tokens.js';
import { XssecAuthenticator } from './xssec/xssec-authenticator.js';

/** Verifies access tokens, each of them once. */
@Injectable()
export class TokenAuthenticator {
  constructor(
    private readonly verifiedTokens: VerifiedTokenCache,
    private readonly gate: TokenGate,
    private readonly keys: KeyStore,
    private readonly verdicts: VerdictStore,
    private readonly xssec: XssecAuthenticator,
  ) {}

  /**
   * What is known of a token that was verified before and still counts.
   *
   * @param jwt the value after `Bearer`, whatever it is
   */
  recall(jwt: string): Authentication | undefined {
    const verified = this.verifiedTokens.get(jwt);
    if (!verified) return undefined;
    const { authentication, token, keySet, verdict } = verified;
    this.keys.renewAhead(token, keySet);
    this.verdicts.renewAhead(token, verdict);
    return authentication;
  }

  /**
   * Cheap checks first; nothing is fetched for a token that fails one, nor asked before its signature holds.
   *
   * @param jwt the value after `Bearer`, whatever it is
   * @throws {AuthenticationException}
   */
  async verify(jwt: string): Promise<Authentication> {
    const token = await this.gate.admit(jwt);
    const { key, keySet } = await this.keys.verify(token);
    const verdict = await this.verdicts.assertAccepted(token);
    const securityContext = await this.xssec.createSecurityContext(token, key);
    const { issuer, binding, freshness } = token;
    // Requests that carry the same token share the claims.
    const claims = deepFreeze(token.claims);
    const authentication = { token: new RedactedToken(jwt, issuer), claims, securityContext };
    const signed = { issuer, binding, claims };
    this.verifiedTokens.set(jwt, { authentication, token: signed, freshness, keySet, verdict });
    return authentication;
  }
}
