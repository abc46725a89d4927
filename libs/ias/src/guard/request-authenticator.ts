import { Inject, Injectable, Logger } from '@nestjs/common';
import { IAS_SETTINGS } from '../core/settings.js';
import type { IasSettings } from '../core/settings.js';
import type { CallContext } from './call-context.js';
import { AuthenticationException } from './authentication-exception.js';
import { RejectionLog } from './rejection-log.js';
import type { Authentication, VerifiedCaller } from './authentication.js';
import { metadataUrlOf } from './protected-resource.controller.js';
import { PossessionVerifier } from './checks/7-proof-of-possession.js';
import { readCredentials } from './checks/1-credentials.js';
import { assertPermitted } from './checks/8-permissions.js';
import type { RoutePolicy } from './route-policy.js';
import type { ReceivedRequest } from './received-request.js';
import { TokenAuthenticator } from './token-authenticator.js';

/** The steps of the guard in order: 1, 7 and 8 for each request, 2 to 6 once for each token (docs/reference/guard.md). */
@Injectable()
export class RequestAuthenticator {
  /** Types of calls besides HTTP, by the type of their context. */
  readonly callContexts = new Map<string, CallContext>();
  readonly #logger = new Logger('IasAuthGuard');
  readonly #tokens: TokenAuthenticator;
  readonly #possession: PossessionVerifier;
  readonly #rejections: RejectionLog;
  readonly #settings: IasSettings;

  constructor(
    tokens: TokenAuthenticator,
    possession: PossessionVerifier,
    rejections: RejectionLog,
    @Inject(IAS_SETTINGS) settings: IasSettings,
  ) {
    this.#tokens = tokens;
    this.#possession = possession;
    this.#rejections = rejections;
    this.#settings = settings;
  }

  /** Property of the request for the claims of its caller. */
  get userProperty(): string | undefined {
    return this.#settings.userProperty;
  }

  /**
   * Returns no promise for a token that was verified before.
   *
   * @throws {AuthenticationException} and nothing else, whatever the caller sends
   */
  authenticate(request: ReceivedRequest, policy: RoutePolicy): Authentication | Promise<Authentication> {
    try {
      const jwt = readCredentials(request);
      const known = this.#tokens.recall(jwt);
      return known ? this.#permit(known, request, policy) : this.#verify(jwt, request, policy);
    } catch (error) {
      throw this.#rejectionOf(error, request);
    }
  }

  async #verify(jwt: string, request: ReceivedRequest, policy: RoutePolicy): Promise<Authentication> {
    try {
      return this.#permit(await this.#tokens.verify(jwt), request, policy);
    } catch (error) {
      throw this.#rejectionOf(error, request);
    }
  }

  #permit(caller: VerifiedCaller, request: ReceivedRequest, policy: RoutePolicy): Authentication {
    const { token, claims, securityContext } = caller;
    const proof = this.#possession.assertProven(claims, policy.proofOfPossession, request);
    assertPermitted(claims, policy, this.#settings.allowedCallers);
    return { token, claims, securityContext, proof };
  }

  #rejectionOf(error: unknown, request: ReceivedRequest): AuthenticationException {
    const rejection = error instanceof AuthenticationException ? error : this.#unexpected(error);
    if (this.#settings.resource !== undefined) rejection.metadataUrl = metadataUrlOf(this.#settings.resource);
    this.#rejections.write(rejection, request);
    return rejection;
  }

  /** A bug must not let a caller in, and reveal nothing: the message of the error may contain parts of the token. */
  #unexpected(error: unknown): AuthenticationException {
    const name = error instanceof Error ? error.name : typeof error;
    this.#logger.error(`The guard failed with ${name} and rejected the request.`);
    return new AuthenticationException('token_refused', name);
  }
}
