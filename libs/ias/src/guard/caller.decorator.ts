import { createParamDecorator } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import type { IdentityServiceSecurityContext } from '@sap/xssec';
import type { RedactedToken } from '../core/redacted.js';
import type { IasClaims } from './access-token-schema.js';
import type { PlatformRequest } from './received-request.js';

/**
 * What the guard checked of the caller's possession of the certificate that its token is bound to: `verified`; `unbound`, the
 * token has no `cnf`; `unchecked`, the policy of app and route is `off`.
 */
export type PossessionProof = 'verified' | 'unbound' | 'unchecked';

/** What a valid token says about the caller. Requests with the same token share it. */
export interface VerifiedCaller {
  /** The access token as received. */
  readonly token: RedactedToken;
  readonly claims: IasClaims;
  /** xssec's view of the caller. */
  readonly securityContext: IdentityServiceSecurityContext;
}

/** The caller of an accepted request. */
export interface Authentication extends VerifiedCaller {
  readonly proof: PossessionProof;
}

const AUTHENTICATION = Symbol('IAS_AUTHENTICATION');

type Marked = PlatformRequest & { [AUTHENTICATION]?: Authentication };

/** Attaches the caller to the request, which is thereby accepted. */
export function attachAuthentication(request: PlatformRequest, authentication: Authentication): true {
  (request as Marked)[AUTHENTICATION] = authentication;
  return true;
}

/** Injects the {@link IasClaims} of the caller's token; `undefined` on public routes. */
export const Claims = createParamDecorator((_: unknown, context) => callerOf(context)?.claims);

/** Injects the caller's access token as a {@link RedactedToken}; `undefined` on public routes. */
export const RawToken = createParamDecorator((_: unknown, context) => callerOf(context)?.token);

/** Injects xssec's `IdentityServiceSecurityContext` of the caller; `undefined` on public routes. */
export const SecurityContext = createParamDecorator(
  (_: unknown, context) => callerOf(context)?.securityContext,
);

/** Injects the {@link PossessionProof} of the request; `undefined` on public routes. */
export const Proof = createParamDecorator((_: unknown, context) => callerOf(context)?.proof);

function callerOf(context: ExecutionContext): Authentication | undefined {
  return context.getArgByIndex<Marked>(0)[AUTHENTICATION];
}
