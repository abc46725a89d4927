import { Inject, Injectable, Logger } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import type { ProofOfPossessionPolicy } from '../core/options.js';
import { IAS_SETTINGS } from '../core/settings.js';
import type { IasSettings } from '../core/settings.js';
import { AuthenticationException } from './authentication-exception.js';
import { SecurityEvents } from './security-events.js';
import type { Authentication } from './authentication.js';
import { metadataUrlOf } from './metadata-url.js';
import { PossessionVerifier } from './checks/7-proof-of-possession.js';
import { strictest } from './strictest-policy.js';
import { parseBearerCredentials } from './checks/1-credentials.js';
import { assertHeadersComplete, headerValues } from './raw-headers.js';
import { assertPermitted } from './checks/8-permissions.js';
import type { RoutePolicy } from './route-policy.js';
import type { IasClaims } from './access-token-schema.js';
import { TokenAuthenticator } from './token-authenticator.js';

/** Decides about requests: the token is verified once, its proof and the permissions on each request. */
@Injectable()
export class RequestAuthenticator {
  readonly #logger = new Logger('IasAuthGuard');

  constructor(
    private readonly tokens: TokenAuthenticator,
    private readonly possession: PossessionVerifier,
    private readonly events: SecurityEvents,
    @Inject(IAS_SETTINGS) private readonly settings: IasSettings,
  ) {}

  /**
   * A token that is already verified is decided on at once, without a promise.
   *
   * @throws {AuthenticationException} and nothing else, whatever the caller sends
   */
  authenticate(request: IncomingMessage, policy: RoutePolicy): Authentication | Promise<Authentication> {
    try {
      assertHeadersComplete(request);
      const jwt = parseBearerCredentials(headerValues(request, 'authorization'));
      const known = this.tokens.recall(jwt);
      return known ? this.#permit(known, request, policy) : this.#verify(jwt, request, policy);
    } catch (error) {
      throw this.#rejectionOf(error, request);
    }
  }

  async #verify(jwt: string, request: IncomingMessage, policy: RoutePolicy): Promise<Authentication> {
    try {
      return this.#permit(await this.tokens.verify(jwt), request, policy);
    } catch (error) {
      throw this.#rejectionOf(error, request);
    }
  }

  #permit(authentication: Authentication, request: IncomingMessage, policy: RoutePolicy): Authentication {
    const { claims } = authentication;
    const proof = strictest(this.settings.proofOfPossession, policy.proofOfPossession ?? 'off');
    this.#assertProof(claims, request, proof);
    assertPermitted(claims, policy, this.settings.allowedCallers);
    return authentication;
  }

  #rejectionOf(error: unknown, request: IncomingMessage): AuthenticationException {
    const rejection = error instanceof AuthenticationException ? error : this.#unexpected(error);
    if (this.settings.resource !== undefined) rejection.metadataUrl = metadataUrlOf(this.settings.resource);
    this.events.rejected(rejection, request);
    return rejection;
  }

  #assertProof(claims: IasClaims, request: IncomingMessage, policy: ProofOfPossessionPolicy): void {
    const isProven = this.possession.prove(policy, claims['cnf'], request);
    // Each of several audiences could replay the token at the others.
    if (hasMultipleAudiences(claims) && !isProven && !this.settings.allowMultipleAudiences) {
      throw new AuthenticationException('token_audience_ambiguous');
    }
  }

  /** A mistake of ours must neither let anybody in nor tell them anything; its text may hold parts of the token. */
  #unexpected(error: unknown): AuthenticationException {
    const name = error instanceof Error ? error.name : typeof error;
    this.#logger.error(`A token could not be verified because of an unexpected ${name}.`);
    return new AuthenticationException('token_refused', name);
  }
}

function hasMultipleAudiences({ aud }: IasClaims): boolean {
  return typeof aud !== 'string' && new Set(aud).size > 1;
}
