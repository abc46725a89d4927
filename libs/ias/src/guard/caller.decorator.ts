import { createParamDecorator } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import { authenticationOf } from './authentication.js';
import type { Authentication } from './authentication.js';
import type { PlatformRequest } from './raw-headers.js';

/** Injects the {@link IasClaims} of the caller's token; `undefined` on public routes. */
export const Claims = createParamDecorator((_: unknown, context) => callerOf(context)?.claims);

/** Injects the caller's access token as a {@link RedactedToken}; `undefined` on public routes. */
export const RawToken = createParamDecorator((_: unknown, context) => callerOf(context)?.token);

/** Injects xssec's `IdentityServiceSecurityContext` of the caller; `undefined` on public routes. */
export const SecurityContext = createParamDecorator(
  (_: unknown, context) => callerOf(context)?.securityContext,
);

function callerOf(context: ExecutionContext): Authentication | undefined {
  return authenticationOf(context.switchToHttp().getRequest<PlatformRequest>());
}
