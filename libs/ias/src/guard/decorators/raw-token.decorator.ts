import { createParamDecorator } from '@nestjs/common';
import { callerOf } from './caller.js';

/** Injects the caller's access token as a {@link RedactedToken}; `undefined` on public routes. */
export const RawToken = createParamDecorator((_: unknown, context) => callerOf(context)?.token);
