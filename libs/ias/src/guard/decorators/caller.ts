import type { ExecutionContext } from '@nestjs/common';
import { authenticationOf } from '../authentication.js';
import type { Authentication } from '../authentication.js';
import type { PlatformRequest } from '../request/raw-headers.reader.js';

/** Who is calling; `undefined` on public routes. */
export function callerOf(context: ExecutionContext): Authentication | undefined {
  return authenticationOf(context.switchToHttp().getRequest<PlatformRequest>());
}
