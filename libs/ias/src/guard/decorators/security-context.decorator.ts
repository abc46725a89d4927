import { createParamDecorator } from '@nestjs/common';
import { callerOf } from './caller.js';

/** Injects xssec's `IdentityServiceSecurityContext` of the caller; `undefined` on public routes. */
export const SecurityContext = createParamDecorator(
  (_: unknown, context) => callerOf(context)?.securityContext,
);
