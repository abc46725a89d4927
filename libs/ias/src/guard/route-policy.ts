import type { ExecutionContext } from '@nestjs/common';
import type { Reflector } from '@nestjs/core';
import { DEMANDS, Public } from './demands.decorator.js';
import type { Demands } from './demands.decorator.js';

/** What a route demands of its callers, besides a valid token. */
export interface RoutePolicy extends Demands {
  readonly isPublic: boolean;
}

type Handler = ReturnType<ExecutionContext['getHandler']>;
type Controller = ReturnType<ExecutionContext['getClass']>;

/** Reads the decorators of each route once. Those of the handler override those of the class. */
export class RoutePolicyReader {
  readonly #policies = new WeakMap<Controller, WeakMap<Handler, RoutePolicy>>();

  constructor(private readonly reflector: Reflector) {}

  read(context: ExecutionContext): RoutePolicy {
    const [handler, controller] = [context.getHandler(), context.getClass()];
    const ofController = this.#policies.get(controller) ?? new WeakMap<Handler, RoutePolicy>();
    this.#policies.set(controller, ofController);
    const policy = ofController.get(handler) ?? this.#resolve([handler, controller]);
    ofController.set(handler, policy);
    return policy;
  }

  #resolve(targets: [Handler, Controller]): RoutePolicy {
    const demands = Object.entries(DEMANDS).map(
      ([name, demand]) => [name, this.reflector.getAllAndOverride(demand.KEY, targets)] as const,
    );
    return { isPublic: this.#isPublic(targets), ...Object.fromEntries(demands) } as RoutePolicy;
  }

  /** A handler with demands is protected even if its class is public; else nothing would check the demands. */
  #isPublic([handler, controller]: [Handler, Controller]): boolean {
    const own = this.reflector.get(Public, handler);
    if (own !== undefined) return own;
    const asks = Object.values(DEMANDS).some(({ KEY }) => Reflect.hasMetadata(KEY, handler));
    return !asks && (this.reflector.get(Public, controller) ?? false);
  }
}
