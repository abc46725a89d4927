import type { ExecutionContext } from '@nestjs/common';
import type { Reflector } from '@nestjs/core';
import { DEMANDS, Public } from './demands.decorator.js';
import type { Demands } from './demands.decorator.js';

/** The demands of a route on its callers, besides a valid token. */
export interface RoutePolicy extends Demands {
  readonly isPublic: boolean;
}

/** The part of an execution context that identifies the route. */
export type RouteContext = Pick<ExecutionContext, 'getHandler' | 'getClass'>;

type Handler = ReturnType<ExecutionContext['getHandler']>;
type Controller = ReturnType<ExecutionContext['getClass']>;

/** Reads the decorators of each route once. Those of the handler override those of the class. */
export class RoutePolicyReader {
  readonly #policies = new WeakMap<Controller, WeakMap<Handler, RoutePolicy>>();
  readonly #reflector: Reflector;

  constructor(reflector: Reflector) {
    this.#reflector = reflector;
  }

  read(context: RouteContext): RoutePolicy {
    const [handler, controller] = [context.getHandler(), context.getClass()];
    return this.#policies.get(controller)?.get(handler) ?? this.#resolve(handler, controller);
  }

  #resolve(handler: Handler, controller: Controller): RoutePolicy {
    const policy = this.#policyOf([handler, controller]);
    const ofController = this.#policies.get(controller) ?? new WeakMap<Handler, RoutePolicy>();
    this.#policies.set(controller, ofController.set(handler, policy));
    return policy;
  }

  #policyOf(targets: [Handler, Controller]): RoutePolicy {
    const demands = Object.entries(DEMANDS).map(
      ([name, demand]) => [name, this.#reflector.getAllAndOverride(demand.KEY, targets)] as const,
    );
    return { isPublic: this.#isPublic(targets), ...Object.fromEntries(demands) } as RoutePolicy;
  }

  /**
   * A public route checks no demands, so a demand on the handler, its class or a class above it makes the route protected.
   * Only the handler itself can be public nevertheless.
   */
  #isPublic(targets: [Handler, Controller]): boolean {
    const [handler, controller] = targets;
    const own = this.#reflector.get(Public, handler);
    if (own !== undefined) return own;
    const demandsToken = Object.values(DEMANDS).some(({ KEY }) =>
      targets.some((target) => Reflect.hasMetadata(KEY, target)),
    );
    return !demandsToken && (this.#reflector.get(Public, controller) ?? false);
  }
}
