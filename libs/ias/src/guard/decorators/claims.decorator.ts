import { createParamDecorator } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import { authenticationOf } from '../authentication.js';
import type { PlatformRequest } from '../request/raw-headers.reader.js';

/** Injects the {@link IasClaims} of the caller's token; `undefined` on public routes. */
export const Claims = createParamDecorator(
  (_: unknown, context: ExecutionContext) =>
    authenticationOf(context.switchToHttp().getRequest<PlatformRequest>())?.claims,
);
