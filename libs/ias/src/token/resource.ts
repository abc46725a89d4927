/**
 * An application or API for which a token is (docs/reference/ias-facts.md#tokens):
 *
 * - `{ dependency }`: another application, by the name of the dependency on it
 * - `{ clientId, appTid? }`: another application, by its client id, and by its tenant if that is another one
 * - `{ api }`: an API of the own application, by the name of the dependency on it
 * - or the complete URN
 */
export type Resource =
  | string
  | { readonly dependency: string }
  | { readonly clientId: string; readonly appTid?: string }
  | { readonly api: string };

const PROVIDER = 'urn:sap:identity:application:provider';

/** The value of the parameter `resource` (RFC 8707). */
export function resourceUrn(resource: Resource): string {
  if (typeof resource === 'string') return resource;
  if ('dependency' in resource) return `${PROVIDER}:name:${resource.dependency}`;
  if ('api' in resource) return `urn:sap:identity:api:name:${resource.api}`;
  const { clientId, appTid } = resource;
  return `${PROVIDER}:clientid:${clientId}${appTid === undefined ? '' : `:apptid:${appTid}`}`;
}
