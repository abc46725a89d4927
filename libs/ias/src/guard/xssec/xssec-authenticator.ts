import { Injectable, Logger } from '@nestjs/common';
import type { CanActivate, OnApplicationShutdown } from '@nestjs/common';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { AuthGuard } from '@nestjs/passport';
import { errors, IdentityServiceToken } from '@sap/xssec';
import type { IdentityServiceSecurityContext } from '@sap/xssec';
import { randomUUID } from 'node:crypto';
import passport from 'passport';
import { AuthenticationException } from '../authentication-exception.js';
import type { PublishedKey } from '../tenant/key-set.js';
import type { PresentedToken } from '../token-gate.js';
import { KeyIdentityService } from './key-identity-service.js';
import { registerXssecStrategy } from './xssec.strategy.js';
import type { VettedRequest } from './xssec.strategy.js';

type XssecPayload = IdentityServiceToken['payload'];

/** The one place that calls xssec: every accepted token has passed it, through @nestjs/passport. */
@Injectable()
export class XssecAuthenticator implements OnApplicationShutdown {
  readonly #logger = new Logger('IasXssec');
  readonly #strategy = `ias-${randomUUID()}`;
  readonly #guard: CanActivate;
  /** A service lives as long as its key, which bounds what xssec keeps inside. */
  readonly #services = new WeakMap<PublishedKey, Map<string, KeyIdentityService>>();

  constructor() {
    registerXssecStrategy(this.#strategy);
    const Guard = AuthGuard();
    this.#guard = new Guard({ defaultStrategy: this.#strategy, property: 'securityContext' });
  }

  /**
   * @param key the one that made the signature, by our own check
   * @throws {AuthenticationException} `token_refused`
   */
  async createSecurityContext(
    token: PresentedToken,
    key: PublishedKey,
  ): Promise<IdentityServiceSecurityContext> {
    const { jwt, header, claims } = token;
    const request: VettedRequest = {
      service: this.#serviceFor(token, key),
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

  #serviceFor(token: PresentedToken, key: PublishedKey): KeyIdentityService {
    const services = this.#services.get(key) ?? new Map<string, KeyIdentityService>();
    this.#services.set(key, services);
    const { clientId } = token.binding;
    const service = services.get(clientId) ?? new KeyIdentityService(token, key);
    services.set(clientId, service);
    return service;
  }
}
