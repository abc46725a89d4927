/** Where the metadata of a resource without path lies (RFC 9728 §3.1). */
export const METADATA_PATH = '.well-known/oauth-protected-resource';

/**
 * URL of the metadata of a resource, which challenges point to (RFC 9728 §5.1).
 *
 * @param resource identifier of the resource, an origin
 */
export function metadataUrlOf(resource: string): string {
  return new URL(`/${METADATA_PATH}`, resource).href;
}
