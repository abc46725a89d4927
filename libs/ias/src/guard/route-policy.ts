import type { Demands } from './demands.decorator.js';

/** What a route asks of its callers, beside a valid token. */
export interface RoutePolicy extends Demands {
  readonly isPublic: boolean;
}
