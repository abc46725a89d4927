import { Injectable, Logger } from '@nestjs/common';
import type { CanActivate, OnApplicationShutdown } from '@nestjs/common';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { AuthGuard } from '@nestjs/passport';
import { errors, IdentityServiceToken } from '@sap/xssec';
import type { IdentityServiceSecurityContext } from '@sap/xssec';
import { randomUUID } from 'node:crypto';
import passport from 'passport';
import { AuthenticationException } from '../answer/authentication.exception.js';
import type { KeySet } from '../tenant/key-set.js';
import type { PresentedToken } from '../token/token.gate.js';
import { KeySetIdentityService } from './key-set.identity-service.js';
import { registerXssecStrategy } from './xssec.strategy.js';
import type { VettedRequest } from './xssec.strategy.js';

type XssecPayload = IdentityServiceToken['payload'];

/** The one place that calls xssec: every accepted token has passed it, through @nestjs/passport. */
@Injectable()
export class XssecAuthenticator implements OnApplicationShutdown {
  readonly #logger = new Logger('IasXssec');
  readonly #strategy = `ias-${randomUUID()}`;
  readonly #guard: CanActivate;
  /** A service lives as long as its key set, which bounds what xssec keeps inside. */
  readonly #services = new WeakMap<KeySet, Map<string, KeySetIdentityService>>();

  constructor() {
    registerXssecStrategy(this.#strategy);
    const Guard = AuthGuard();
    this.#guard = new Guard({ defaultStrategy: this.#strategy, property: 'securityContext' });
  }

  /**
   * @param keySet the one our own check of the signature used
   * @throws {AuthenticationException} `token_refused`
   */
  async createSecurityContext(
    token: PresentedToken,
    keySet: KeySet,
  ): Promise<IdentityServiceSecurityContext> {
    const { jwt, header, claims } = token;
    const request: VettedRequest = {
      service: this.#serviceFor(token, keySet),
      token: new IdentityServiceToken(jwt, { header, payload: claims as XssecPayload }),
    };
    try {
      await this.#guard.canActivate(new ExecutionContextHost([request, {}]));
    } catch (error) {
      // xssec's errors carry the token, so only their names are kept.
      const name = error instanceof Error ? error.name : typeof error;
      if (!(error instanceof errors.ValidationError)) this.#logger.error(`xssec failed with ${name}.`);
      throw new AuthenticationException('token_refused', `xssec: ${name}`);
    }
    if (!request.securityContext) throw new AuthenticationException('token_refused', 'xssec: no context');
    return request.securityContext;
  }

  onApplicationShutdown(): void {
    passport.unuse(this.#strategy);
  }

  #serviceFor(token: PresentedToken, keySet: KeySet): KeySetIdentityService {
    const services = this.#services.get(keySet) ?? new Map<string, KeySetIdentityService>();
    this.#services.set(keySet, services);
    const { clientId } = token.binding;
    const service = services.get(clientId) ?? new KeySetIdentityService(token, keySet);
    services.set(clientId, service);
    return service;
  }
}
