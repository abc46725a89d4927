import type { ProofOfPossessionPolicy } from '../core/options.js';

const BY_STRICTNESS: readonly ProofOfPossessionPolicy[] = ['off', 'if-bound', 'required'];

/** The stricter of two policies: a route may tighten what the app demands, never loosen it. */
export function strictest(
  app: ProofOfPossessionPolicy,
  route: ProofOfPossessionPolicy,
): ProofOfPossessionPolicy {
  return BY_STRICTNESS.indexOf(route) > BY_STRICTNESS.indexOf(app) ? route : app;
}
