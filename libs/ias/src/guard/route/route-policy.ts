import type { ProofOfPossessionPolicy } from '../../ias.options.js';
import type { ApiRequirement } from '../decorators/require-api.decorator.js';

/** What a route asks of its callers, beside a valid token. */
export interface RoutePolicy {
  readonly isPublic: boolean;
  readonly proofOfPossession: ProofOfPossessionPolicy;
  readonly apis: ApiRequirement | undefined;
  readonly isForTechnicalUsers: boolean;
  /** Client ids; `undefined` lets every client in that the app does. */
  readonly callers: readonly string[] | undefined;
}
