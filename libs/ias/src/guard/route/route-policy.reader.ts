import type { ExecutionContext } from '@nestjs/common';
import type { Reflector } from '@nestjs/core';
import { ALLOWED_CALLERS } from '../decorators/allow-callers.decorator.js';
import { ProofOfPossession } from '../decorators/proof-of-possession.decorator.js';
import { Public } from '../decorators/public.decorator.js';
import { API_REQUIREMENT } from '../decorators/require-api.decorator.js';
import type { ApiRequirement } from '../decorators/require-api.decorator.js';
import { TechnicalUserOnly } from '../decorators/technical-user-only.decorator.js';
import type { RoutePolicy } from './route-policy.js';

/** Keys of what a handler can ask of its callers. */
const DEMANDS = [ProofOfPossession.KEY, API_REQUIREMENT, TechnicalUserOnly.KEY, ALLOWED_CALLERS];

type Handler = ReturnType<ExecutionContext['getHandler']>;
type Controller = ReturnType<ExecutionContext['getClass']>;

/** Reads the decorators of a route, the handler's before the class's, once for each route. */
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
    const { reflector } = this;
    return {
      isPublic: this.#isPublic(targets),
      proofOfPossession: reflector.getAllAndOverride(ProofOfPossession, targets) ?? 'off',
      apis: reflector.getAllAndOverride<ApiRequirement | undefined>(API_REQUIREMENT, targets),
      isForTechnicalUsers: reflector.getAllAndOverride(TechnicalUserOnly, targets) ?? false,
      callers: reflector.getAllAndOverride<readonly string[] | undefined>(ALLOWED_CALLERS, targets),
    };
  }
  /** A handler that asks something of its callers is not open because its class is: nobody would be asked. */
  #isPublic([handler, controller]: [Handler, Controller]): boolean {
    const own = this.reflector.get(Public, handler);
    if (own !== undefined) return own;
    const asks = DEMANDS.some((demand) => Reflect.hasMetadata(demand, handler));
    return !asks && (this.reflector.get(Public, controller) ?? false);
  }
}
