import type { ArgumentsHost } from '@nestjs/common';
import { SECURITY_CONTEXT } from '@sap/xssec';
import type { IdentityServiceSecurityContext } from '@sap/xssec';
import type { RedactedToken } from '../core/redacted.js';
import type { IasClaims } from './access-token-schema.js';
import { graphqlRequestOf } from './call-context.js';
import type { PlatformRequest } from './received-request.js';

export const POSSESSION_PROOFS = ['verified', 'unbound', 'unchecked'] as const;

/**
 * Whether the caller proved possession of the certificate that its token is bound to: `verified`; `unbound`, the token
 * has no `cnf`; `unchecked`, the policy of app and route is `off`.
 */
export type PossessionProof = (typeof POSSESSION_PROOFS)[number];

/** The caller, as its valid token describes it. Requests with the same token share this object. */
export interface VerifiedCaller {
  /** The access token as received. */
  readonly token: RedactedToken;
  readonly claims: IasClaims;
  /** The security context that xssec created for the token. */
  readonly securityContext: IdentityServiceSecurityContext;
}

/** The caller of an accepted request. */
export interface Authentication extends VerifiedCaller {
  readonly proof: PossessionProof;
}

/** The same for all copies of this package, so that a feature library with its own copy can read the caller. */
const AUTHENTICATION = Symbol.for('nest-ias.authentication');

interface Marked {
  [AUTHENTICATION]?: Authentication;
  [SECURITY_CONTEXT]?: IdentityServiceSecurityContext;
}

/**
 * Attaches the caller to an accepted request: for {@link authenticationOf}, and as xssec does, for other libraries of
 * SAP (docs/reference/ias-facts.md#xssec). On Fastify, it also attaches the caller to the message of Node.js, which
 * middleware gets.
 *
 * @param userProperty property that also gets the claims
 */
export function attachAuthentication(
  request: PlatformRequest,
  authentication: Authentication,
  userProperty: string | undefined,
): true {
  mark(request, authentication, userProperty);
  if ('raw' in request) mark(request.raw, authentication, userProperty);
  return true;
}

function mark(request: object, authentication: Authentication, userProperty: string | undefined): void {
  const marked: Marked = request;
  marked[AUTHENTICATION] = authentication;
  marked[SECURITY_CONTEXT] = authentication.securityContext;
  if (userProperty !== undefined) (request as Record<string, unknown>)[userProperty] = authentication.claims;
}

/**
 * The caller of a request that {@link IasAuthGuard} has accepted; `undefined` on public routes and before the guard.
 *
 * @param source the request of Express, Fastify or Node.js, or the context of an interceptor, a guard or an exception filter
 */
export function authenticationOf(source: object): Authentication | undefined {
  const request: Marked | undefined = isContext(source) ? requestOf(source) : source;
  return request?.[AUTHENTICATION];
}

function requestOf(host: ArgumentsHost): Marked | undefined {
  return host.getType<string>() === 'graphql'
    ? (graphqlRequestOf(host) as Marked | undefined)
    : host.getArgByIndex<Marked | undefined>(0);
}

function isContext(source: object): source is ArgumentsHost {
  return 'getArgByIndex' in source && typeof source.getArgByIndex === 'function';
}
