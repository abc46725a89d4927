import { PassportStrategy } from '@nestjs/passport';
import { createSecurityContext, XssecPassportStrategy } from '@sap/xssec';
import type { IdentityService, IdentityServiceSecurityContext, IdentityServiceToken } from '@sap/xssec';

/** What passport is given in place of the request: xssec must not read headers that were not vetted. */
export interface VettedRequest {
  readonly service: IdentityService;
  readonly token: IdentityServiceToken;
  /** Set by @nestjs/passport. */
  securityContext?: IdentityServiceSecurityContext;
}

/** The methods passport adds to a strategy for each request. */
interface PassportActions {
  success(user: IdentityServiceSecurityContext): void;
  error(error: unknown): void;
}

/**
 * Makes the xssec strategy of one module instance, and registers it at passport.
 *
 * Passport's registry is global to the process: under a shared name two apps would validate each other's tokens
 * (docs/decisions/0021).
 */
export function registerXssecStrategy(name: string): XssecPassportStrategy {
  class XssecStrategy extends PassportStrategy(XssecPassportStrategy, name) {
    constructor() {
      // The second argument keeps xssec from taking Nest's verify callback for a property name.
      super([], 'securityContext');
    }

    override async authenticate(
      this: XssecStrategy & PassportActions,
      request: VettedRequest,
    ): Promise<void> {
      try {
        this.success(await createSecurityContext(request.service, { token: request.token }));
      } catch (error) {
        this.error(error);
      }
    }

    /** Never called: success is reported with the security context itself. */
    override validate(): null {
      return null;
    }
  }
  return new XssecStrategy();
}
