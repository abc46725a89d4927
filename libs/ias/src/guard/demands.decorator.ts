import type { CustomDecorator } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { ReflectableDecorator } from '@nestjs/core';
import type { ProofOfPossessionPolicy } from '../core/options.js';

/** Names of APIs; a token must grant all of them, or any. */
export interface ApiRequirement {
  readonly names: readonly string[];
  readonly any: boolean;
}

/**
 * Everything that a route can demand of its callers, by its name in `RoutePolicy`. The policy of a route, the protection of
 * routes in public controllers, and the tests of both derive from this table.
 *
 * Without a fixed `key`, Nest generates one. The guard would then overlook the decorators of another copy of this
 * package, and accept callers that lack the permission.
 */
export const DEMANDS = {
  proofOfPossession: Reflector.createDecorator<ProofOfPossessionPolicy>({
    key: 'nest-ias:proof-of-possession',
  }),
  apis: Reflector.createDecorator<ApiRequirement>({ key: 'nest-ias:apis' }),
  isForTechnicalUsers: Reflector.createDecorator<boolean | undefined, boolean>({
    key: 'nest-ias:technical-users',
    transform: (only = true) => only,
  }),
  /** Client ids. */
  callers: Reflector.createDecorator<readonly string[]>({ key: 'nest-ias:callers' }),
};

/** The demands of a route; `undefined` without the decorator. */
export type Demands = {
  readonly [Name in keyof typeof DEMANDS]: ValueOf<(typeof DEMANDS)[Name]> | undefined;
};

type ValueOf<Decorator> = Decorator extends ReflectableDecorator<never, infer Value> ? Value : never;

/**
 * Makes a route public: the guard reads no credentials. On a handler, it takes precedence over everything else:
 * `@Public(false)` protects one route of a public controller, and `@Public()` opens one route of a protected
 * controller, even next to one of the decorators below. On a class it has no effect on routes for which one of the
 * decorators below is on the handler, the class or a class that it extends: they are protected.
 */
export const Public = Reflector.createDecorator<boolean | undefined, boolean>({
  key: 'nest-ias:public',
  transform: (isPublic = true) => isPublic,
});

/**
 * Makes the policy of the app stricter for a route: `@ProofOfPossession('required')`. A weaker policy has no effect.
 */
export const ProofOfPossession = DEMANDS.proofOfPossession;

/**
 * Accepts only callers whose token grants the API in its claim `ias_apis`: `@RequireApi('read')`,
 * `@RequireApi(['read', 'write'])` for both, `@RequireApi(['read', 'write'], { any: true })` for either. Others get
 * 403.
 */
export function RequireApi(
  names: string | readonly string[],
  { any = false }: { readonly any?: boolean } = {},
): CustomDecorator {
  return DEMANDS.apis({ names: typeof names === 'string' ? [names] : names, any });
}

/**
 * Accepts only applications, not users: tokens whose `sap_id_type` is `app`. The decorator of a handler overrides that of
 * its class, so `@TechnicalUserOnly(false)` allows users on one route.
 */
export const TechnicalUserOnly = DEMANDS.isForTechnicalUsers;

/**
 * Accepts only these applications, by the client id in `azp`; others get 403. Callers that are not in the option
 * `allowedCallers` get 403, too.
 */
export function AllowCallers(...clientIds: readonly string[]): CustomDecorator {
  return DEMANDS.callers(clientIds);
}
