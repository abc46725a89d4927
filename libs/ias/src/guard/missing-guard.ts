import { HttpException, HttpStatus, Logger } from '@nestjs/common';
import type { ExecutionContext, Type } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { documentationUrl } from '../errors/documentation-url.js';
import { RoutePolicyReader } from './route-policy.js';

const CODE = 'guard_missing';

const routes = new RoutePolicyReader(new Reflector());

/** Controllers of apps whose tests replace the guard, or that have a guard of their own. */
const unguarded = new WeakSet<Type>();

/** Lets the routes of a controller run without {@link IasAuthGuard}. */
export function allowUnguarded(controller: Type): void {
  unguarded.add(controller);
}

/**
 * Keeps a handler that wants to know its caller from running without one.
 *
 * @throws {HttpException} 500 `guard_missing`: the route is not public and no guard has run
 */
export function assertNeedsNoGuard(context: ExecutionContext): void {
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

/** What the developer does about it. */
export const GUARD_MISSING_REMEDY =
  'Register it for the whole app with { provide: APP_GUARD, useExisting: IasAuthGuard }, add @UseGuards(IasAuthGuard), ' +
  'mark the route @Public(), or set the option allowUnguarded if a guard of your own protects it.';
