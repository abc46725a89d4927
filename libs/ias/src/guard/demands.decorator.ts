import type { CustomDecorator } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { ReflectableDecorator } from '@nestjs/core';
import type { ProofOfPossessionPolicy } from '../core/options.js';

/** Names of APIs of which a token must grant all, or any. */
export interface ApiRequirement {
  readonly names: readonly string[];
  readonly any: boolean;
}

/**
 * Everything that a route can demand of its callers, by the name it has in `RoutePolicy`. The policy of a route, what
 * keeps a handler of a public controller closed, and the tests of both derive from this table.
 */
export const DEMANDS = {
  proofOfPossession: Reflector.createDecorator<ProofOfPossessionPolicy>(),
  apis: Reflector.createDecorator<ApiRequirement>(),
  isForTechnicalUsers: Reflector.createDecorator<boolean | undefined, boolean>({
    transform: (only = true) => only,
  }),
  /** Client ids. */
  callers: Reflector.createDecorator<readonly string[]>(),
};

/** What the decorators of the table leave on a route; `undefined` where there is none. */
export type Demands = {
  readonly [Name in keyof typeof DEMANDS]: ValueOf<(typeof DEMANDS)[Name]> | undefined;
};

type ValueOf<Decorator> = Decorator extends ReflectableDecorator<never, infer Value> ? Value : never;

/**
 * Lets everybody in: no credentials are looked at. On a handler it wins over the class, so `@Public(false)` closes
 * one route of a public controller. A handler with one of the decorators below is not public because its class is.
 */
export const Public = Reflector.createDecorator<boolean | undefined, boolean>({
  transform: (isPublic = true) => isPublic,
});

/**
 * Demands more proof on a route than elsewhere in the app: `@ProofOfPossession('required')`. A policy weaker than the
 * one of the app has no effect.
 */
export const ProofOfPossession = DEMANDS.proofOfPossession;

/**
 * Lets only callers in whose token grants the API, by its claim `ias_apis`: `@RequireApi('read')`,
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
 * Lets only applications in, and no users: tokens whose `sap_id_type` is `app`. On a handler it wins over the class,
 * so `@TechnicalUserOnly(false)` opens one route.
 */
export const TechnicalUserOnly = DEMANDS.isForTechnicalUsers;

/**
 * Lets only the named applications in, by the client id in `azp`; others get 403. Callers that the option
 * `allowedCallers` leaves out stay out.
 */
export function AllowCallers(...clientIds: readonly string[]): CustomDecorator {
  return DEMANDS.callers(clientIds);
}
