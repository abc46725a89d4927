import { createParamDecorator } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import { authenticationOf } from './authentication.js';
import type { Authentication } from './authentication.js';
import { assertNeedsNoGuard } from './missing-guard.js';

/** Builds what a decorator injects; fails if no guard has run for a route that needs one. */
function callerPart<Part>(select: (caller: Authentication) => Part) {
  return (_: unknown, context: ExecutionContext): Part | undefined => {
    const caller = authenticationOf(context);
    if (caller === undefined) assertNeedsNoGuard(context);
    return caller && select(caller);
  };
}

const claims = callerPart((caller) => caller.claims);
const token = callerPart((caller) => caller.token);
const securityContext = callerPart((caller) => caller.securityContext);
const proof = callerPart((caller) => caller.proof);

/** What Nest calls for the decorators below. It identifies parameters that need the guard. */
export const CALLER_FACTORIES: ReadonlySet<unknown> = new Set([claims, token, securityContext, proof]);

/** Injects the {@link IasClaims} of the caller's token; `undefined` on public routes. */
export const Claims = createParamDecorator(claims);

/** Injects the caller's access token as a {@link RedactedToken}; `undefined` on public routes. */
export const RawToken = createParamDecorator(token);

/** Injects xssec's `IdentityServiceSecurityContext` of the caller; `undefined` on public routes. */
export const SecurityContext = createParamDecorator(securityContext);

/** Injects the {@link PossessionProof} of the request; `undefined` on public routes. */
export const Proof = createParamDecorator(proof);
