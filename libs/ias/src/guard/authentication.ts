import type { IdentityServiceSecurityContext } from '@sap/xssec';
import type { IasClaims } from './access-token-schema.js';
import type { RedactedToken } from '../core/redacted-token.js';
import type { PlatformRequest } from './raw-headers.js';

/** Who is calling: what the guard knows once it has let a request pass. */
export interface Authentication {
  /** The access token as it came. */
  readonly token: RedactedToken;
  readonly claims: IasClaims;
  /** xssec's view of the caller. */
  readonly securityContext: IdentityServiceSecurityContext;
}

const AUTHENTICATION = Symbol('IAS_AUTHENTICATION');

type Marked = PlatformRequest & { [AUTHENTICATION]?: Authentication };

/** Notes on the request who is calling. */
export function attachAuthentication(request: PlatformRequest, authentication: Authentication): void {
  (request as Marked)[AUTHENTICATION] = authentication;
}

/** Who is calling; `undefined` on public routes, and before the guard has run. */
export function authenticationOf(request: PlatformRequest): Authentication | undefined {
  return (request as Marked)[AUTHENTICATION];
}
