import { createHash } from 'node:crypto';
import type { IdentityBinding } from '../binding/identity-binding.js';
import { decodeCompactJws } from '../core/jwt.js';
import type { RedactedToken } from '../core/redacted.js';
import { ConfigurationError } from '../errors/ias-error.js';

/**
 * An application or API to request a token for (docs/reference/ias-facts.md#tokens):
 *
 * - `{ dependency }`: another application, by the name of the dependency on it
 * - `{ clientId, appTid? }`: another application, by its client id, and by its tenant if that is another one
 * - `{ api }`: an API of this application, by the name of the dependency on it
 * - or the complete URN
 */
export type Resource =
  | string
  | { readonly dependency: string }
  | { readonly clientId: string; readonly appTid?: string }
  | { readonly api: string };

const PROVIDER = 'urn:sap:identity:application:provider';

/** The value of the parameter `resource` (RFC 8707). */
function resourceUrn(resource: Resource): string {
  if (typeof resource !== 'object' || (resource as unknown) === null) return text('resource', resource);
  if ('dependency' in resource) return `${PROVIDER}:name:${text('resource.dependency', resource.dependency)}`;
  if ('api' in resource) return `urn:sap:identity:api:name:${text('resource.api', resource.api)}`;
  const { clientId, appTid } = resource;
  const tenant = appTid === undefined ? '' : `:apptid:${text('resource.appTid', appTid)}`;
  return `${PROVIDER}:clientid:${text('resource.clientId', clientId)}${tenant}`;
}

/** Untyped callers can pass `undefined` from an unset environment variable. */
function text(option: string, value: unknown): string {
  if (typeof value === 'string' && value !== '') return value;
  throw new ConfigurationError(
    `Invalid option "${option}" of a token: it is not text; pass text, or omit the option.`,
  );
}

/** Options of the token to fetch. */
export interface TokenOptions {
  /**
   * Resources to request the token for (RFC 8707). The option `resource` of `IasModule` is another thing: the public
   * origin of this app (RFC 9728).
   * @default this application
   */
  readonly resource?: Resource | readonly Resource[];
  /**
   * Tenant to request the token for.
   * @default `app_tid` of the binding, or of the token to exchange
   */
  readonly appTid?: string;
  /** Aborts the wait of this caller; the token request continues for other callers. */
  readonly signal?: AbortSignal;
}

/** A token request without client authentication. */
export interface TokenRequest {
  /** Origin of the tenant. */
  readonly tenant: string;
  readonly grantType: 'client_credentials' | 'urn:ietf:params:oauth:grant-type:jwt-bearer';
  readonly parameters: readonly (readonly [name: string, value: string])[];
  /** Identifies the request among those with the same credential; contains no token. */
  readonly identity: readonly string[];
  /** Expiry of the exchanged token, ms since the epoch; the new token is not used after that. */
  readonly usableUntil: number;
  /** Whether the token can be refreshed in the background before it expires. */
  readonly refreshable: boolean;
}

/** Requests a token of the app itself (RFC 6749 §4.4). */
export function clientCredentialsRequest(binding: IdentityBinding, options: TokenOptions): TokenRequest {
  const target = targetParameters(options, binding.appTid);
  return {
    tenant: binding.url,
    grantType: 'client_credentials',
    parameters: target,
    identity: ['client_credentials', ...target.flat()],
    usableUntil: Number.POSITIVE_INFINITY,
    refreshable: true,
  };
}

/**
 * Requests the exchange of a user token for a token of the same user with this app as authorized party (RFC 7523 §2.1).
 *
 * The guard has validated the token and its issuer, the tenant of the request. This function only reads the other claims.
 */
export function exchangeRequest(userToken: RedactedToken, options: TokenOptions): TokenRequest {
  const assertion = userToken.reveal();
  const claims = decodeCompactJws(assertion).payload as AssertionClaims;
  const tenant = userToken.issuer;
  const target = targetParameters(options, typeof claims.app_tid === 'string' ? claims.app_tid : undefined);
  return {
    tenant,
    grantType: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
    parameters: [
      ['assertion', assertion],
      // otherwise IAS issues an opaque token, and an unused refresh token (docs/reference/ias-facts.md#grant-types)
      ['token_format', 'jwt'],
      ['refresh_expiry', '0'],
      ...target,
    ],
    identity: [
      'jwt-bearer',
      tenant,
      createHash('sha256').update(assertion).digest('base64url'),
      ...target.flat(),
    ],
    usableUntil: typeof claims.exp === 'number' ? claims.exp * 1_000 : 0,
    refreshable: false,
  };
}

/** @throws {ConfigurationError} `resource` or `appTid` is not text */
export function assertTokenOptions(options: TokenOptions): void {
  targetParameters(options, undefined);
}

function targetParameters(
  { resource, appTid }: TokenOptions,
  defaultAppTid: string | undefined,
): (readonly [string, string])[] {
  const tenant = appTid === undefined ? defaultAppTid : text('appTid', appTid);
  const resources = [...new Set([resource ?? []].flat().map((one) => resourceUrn(one)))].toSorted();
  return [
    ...(tenant === undefined ? [] : [['app_tid', tenant] as const]),
    ...resources.map((name) => ['resource', name] as const),
  ];
}

interface AssertionClaims {
  readonly app_tid?: unknown;
  readonly exp?: unknown;
}
