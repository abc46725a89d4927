import { createParamDecorator, HttpException, HttpStatus, Logger } from '@nestjs/common';
import type { ExecutionContext, Type } from '@nestjs/common';
import { documentationUrl } from '../errors/error-codes.js';
import { authenticationOf } from './authentication.js';
import type { Authentication } from './authentication.js';
import { Reflector } from '@nestjs/core';
import { RoutePolicyReader } from './route-policy.js';

const CODE = 'guard_missing';

const routes = new RoutePolicyReader(new Reflector());

/** Controllers of apps whose tests replace the guard, or that have their own guard. */
const unguarded = new WeakSet<Type>();

/** How the developer can correct it. */
export const GUARD_MISSING_REMEDY =
  'Register it for the whole app with { provide: APP_GUARD, useExisting: IasAuthGuard }, add @UseGuards(IasAuthGuard), ' +
  'mark the route @Public(), or set the option allowUnguarded if a guard of your own protects it.';

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

/** The functions that Nest calls for the decorators below. They identify parameters that need the guard. */
export const CALLER_FACTORIES: ReadonlySet<unknown> = new Set([claims, token, securityContext, proof]);

/** Injects the {@link IasClaims} of the caller's token; `undefined` on public routes. */
export const Claims = createParamDecorator(claims);

/** Injects the caller's access token as a {@link RedactedToken}; `undefined` on public routes. */
export const RawToken = createParamDecorator(token);

/** Injects xssec's `IdentityServiceSecurityContext` of the caller; `undefined` on public routes. */
export const SecurityContext = createParamDecorator(securityContext);

/** Injects the {@link PossessionProof} of the request; `undefined` on public routes. */
export const Proof = createParamDecorator(proof);

/** Lets the routes of a controller run without {@link IasAuthGuard}. */
export function allowUnguarded(controller: Type): void {
  unguarded.add(controller);
}

/**
 * Stops a handler that injects its caller if no guard has run.
 *
 * @throws {HttpException} 500 `guard_missing`: the route is not public and no guard has run
 */
function assertNeedsNoGuard(context: ExecutionContext): void {
  const controller = context.getClass();
  if (unguarded.has(controller) || routes.read(context).isPublic) return;
  const route = `${controller.name}.${context.getHandler().name}`;
  new Logger('IasAuthGuard').error(`${route} ran without IasAuthGuard. ${GUARD_MISSING_REMEDY}`);
  const status = HttpStatus.INTERNAL_SERVER_ERROR;
  const detail = 'This resource is not configured correctly.';
  throw new HttpException(
    { type: documentationUrl(CODE), title: 'Internal Server Error', status, detail, code: CODE },
    status,
  );
}
