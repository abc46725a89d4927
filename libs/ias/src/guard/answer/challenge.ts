import type { Rejection } from './rejections.js';

/**
 * The Bearer challenge of a rejection (RFC 6750 §3), or `undefined` where the fault is not the caller's.
 *
 * Without credentials there is no error code: the caller may not know yet that a token is needed (§3.1).
 */
export function challengeOf({ status, challenge, detail }: Rejection): string | undefined {
  if (challenge !== undefined) return `Bearer error="${challenge}", error_description="${detail}"`;
  return status === 401 ? 'Bearer' : undefined;
}
