import type { Application, Dependency } from './application.js';
import { OAuthError } from './oauth-error.js';

/** Audience and APIs of a token. */
export interface TokenAudience {
  /** Client IDs; the client's own ID if the request names no other application. */
  readonly audience: readonly string[];
  /** Claim `ias_apis`. */
  readonly apis: readonly string[];
}

const OWN_API = 'urn:sap:identity:api:name:';
const PROVIDER_NAME = 'urn:sap:identity:application:provider:name:';
const PROVIDER_CLIENT_ID = 'urn:sap:identity:application:provider:clientid:';
/** The SAP Cloud SDK appends the tenant of the provider (`docs/reference/ias-facts.md#resource`). */
const PROVIDER_TENANT = /^(?<clientId>.+):apptid:(?<appTid>[^:]+)$/;

/**
 * Resolves the `resource` parameters of a token request (`docs/reference/ias-facts.md#resource`).
 * @throws {OAuthError} `invalid_target` (RFC 8707 §2) if the application has no such dependency
 */
export function resolveResources(application: Application, resources: readonly string[]): TokenAudience {
  const resolved = resources.map((resource) => resolve(application, resource));
  if (resolved.length === 0) return { audience: [application.clientId], apis: [] };
  return {
    audience: [...new Set(resolved.flatMap(({ audience }) => audience))],
    apis: [...new Set(resolved.flatMap(({ apis }) => apis))],
  };
}

function resolve(application: Application, resource: string): TokenAudience {
  if (resource.startsWith(OWN_API)) {
    const api = resource.slice(OWN_API.length);
    if (application.providedApis.includes(api)) return { audience: [application.clientId], apis: [api] };
  }
  const dependency = resource.startsWith(PROVIDER_NAME)
    ? application.dependencyNamed(resource.slice(PROVIDER_NAME.length))
    : dependencyByClientId(application, withoutPrefix(resource, PROVIDER_CLIENT_ID));
  if (dependency === undefined) {
    throw new OAuthError('invalid_target', 'The application has no such dependency.', 'resource_unknown');
  }
  return { audience: [dependency.provider.clientId], apis: dependency.apis };
}

function dependencyByClientId(application: Application, reference: string): Dependency | undefined {
  const { clientId = reference, appTid } = PROVIDER_TENANT.exec(reference)?.groups ?? {};
  const dependency = application.dependencyOn(clientId);
  return appTid === undefined || dependency?.provider.serves(appTid) === true ? dependency : undefined;
}

function withoutPrefix(text: string, prefix: string): string {
  return text.startsWith(prefix) ? text.slice(prefix.length) : '';
}
