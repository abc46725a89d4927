import { createParamDecorator } from '@nestjs/common';
import { callerOf } from './caller.js';

/** Injects the {@link IasClaims} of the caller's token; `undefined` on public routes. */
export const Claims = createParamDecorator((_: unknown, context) => callerOf(context)?.claims);
