import { Inject, Injectable } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import type { ProofOfPossessionPolicy } from '../ias.options.js';
import { IAS_SETTINGS } from '../ias.settings.js';
import type { IasSettings } from '../ias.settings.js';
import { AuthenticationException } from './answer/authentication.exception.js';
import type { Authentication } from './authentication.js';
import { ProofOfPossession } from './proof/proof-of-possession.js';
import { parseBearerCredentials } from './request/bearer-credentials.parser.js';
import { headerValues } from './request/raw-headers.reader.js';
import type { IasClaims } from './token/access-token.schema.js';
import { TokenAuthenticator } from './token.authenticator.js';

/** Authenticates requests: the token is verified once, its proof on each request. */
@Injectable()
export class RequestAuthenticator {
  constructor(
    private readonly tokens: TokenAuthenticator,
    private readonly proof: ProofOfPossession,
    @Inject(IAS_SETTINGS) private readonly settings: IasSettings,
  ) {}

  /** @throws {AuthenticationException} */
  async authenticate(request: IncomingMessage): Promise<Authentication> {
    const jwt = parseBearerCredentials(headerValues(request, 'authorization'));
    const authentication = await this.tokens.authenticate(jwt);
    this.#assertProof(authentication.claims, request, this.settings.proofOfPossession);
    return authentication;
  }

  #assertProof(claims: IasClaims, request: IncomingMessage, policy: ProofOfPossessionPolicy): void {
    const isProven = this.proof.prove(policy, claims['cnf'], request);
    // Each of several audiences could replay the token at the others.
    if (hasSeveralAudiences(claims) && !isProven && !this.settings.allowSeveralAudiences) {
      throw new AuthenticationException('token_audience_ambiguous');
    }
  }
}

function hasSeveralAudiences({ aud }: IasClaims): boolean {
  return typeof aud !== 'string' && new Set(aud).size > 1;
}
