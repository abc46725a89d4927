import passport from 'passport';
import { Injectable, Logger } from '@nestjs/common';
import type { CanActivate, OnApplicationShutdown } from '@nestjs/common';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { AuthGuard, PassportStrategy } from '@nestjs/passport';
import { createSecurityContext, errors, IdentityServiceToken, XssecPassportStrategy } from '@sap/xssec';
import type { IdentityService, IdentityServiceSecurityContext } from '@sap/xssec';
import { randomUUID } from 'node:crypto';
import { AuthenticationException } from '../authentication-exception.js';
import type { PublishedKey } from '../tenant/key-set.js';
import type { PresentedToken } from '../checks/5-signature.js';
import { KeyIdentityService } from './key-identity-service.js';

type XssecPayload = IdentityServiceToken['payload'];

/** Calls xssec through @nestjs/passport. Every accepted token has passed it. */
@Injectable()
export class XssecAuthenticator implements OnApplicationShutdown {
  readonly #logger = new Logger('IasXssec');
  readonly #strategy = `ias-${randomUUID()}`;
  readonly #guard: CanActivate;
  /** A service lives as long as its key, which limits what xssec holds in memory. */
  readonly #services = new WeakMap<PublishedKey, Map<string, KeyIdentityService>>();

  constructor() {
    registerXssecStrategy(this.#strategy);
    const Guard = AuthGuard();
    this.#guard = new Guard({ defaultStrategy: this.#strategy, property: 'securityContext' });
  }

  /**
   * @param key the key that made the signature
   * @throws {AuthenticationException} `token_refused`
   */
  async createSecurityContext(
    token: PresentedToken,
    key: PublishedKey,
  ): Promise<IdentityServiceSecurityContext> {
    const { jwt, header, claims } = token;
    const request: CheckedRequest = {
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

/** Passport gets this instead of the request, because xssec must not read headers that the guard has not checked. */
interface CheckedRequest {
  readonly service: IdentityService;
  readonly token: IdentityServiceToken;
  /** Set by @nestjs/passport. */
  securityContext?: IdentityServiceSecurityContext;
}

/** Methods that passport adds to a strategy for each request. */
interface PassportActions {
  success(user: IdentityServiceSecurityContext): void;
  error(error: unknown): void;
}

/**
 * Creates the xssec strategy of one module instance and registers it with passport.
 *
 * Passport's registry is global to the process: with a shared name, two apps would validate each other's tokens
 * (docs/decisions/0021).
 */
function registerXssecStrategy(name: string): void {
  class XssecStrategy extends PassportStrategy(XssecPassportStrategy, name) {
    constructor() {
      // Without the second argument, xssec would use Nest's verify callback as a property name.
      super([], 'securityContext');
    }

    override async authenticate(
      this: XssecStrategy & PassportActions,
      request: CheckedRequest,
    ): Promise<void> {
      try {
        this.success(await createSecurityContext(request.service, { token: request.token }));
      } catch (error) {
        this.error(error);
      }
    }

    /** Never called: `authenticate` reports success with the security context. */
    override validate(): null {
      return null;
    }
  }
  void new XssecStrategy();
}
