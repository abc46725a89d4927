import type { Rejection } from './rejection-codes.js';

/**
 * The Bearer challenge of a rejection (RFC 6750 §3), or `undefined` if the fault is not the caller's.
 *
 * A request without credentials gets no error code, because its sender may not know that a token is required (§3.1).
 *
 * @param metadataUrl URL of the metadata that describes how to get a token (RFC 9728 §5.1)
 */
export function challengeOf(
  { status, challenge, detail }: Rejection,
  metadataUrl?: string,
): string | undefined {
  if (challenge === undefined && status !== 401) return undefined;
  const parameters = {
    ...(challenge !== undefined && { error: challenge, error_description: detail }),
    ...(metadataUrl !== undefined && { resource_metadata: metadataUrl }),
  };
  const listed = Object.entries(parameters).map(([name, value]) => `${name}="${value}"`);
  return ['Bearer', ...(listed.length > 0 ? [listed.join(', ')] : [])].join(' ');
}
