import { createHash } from 'node:crypto';
import type { IdentityBinding } from '../binding/identity-binding.js';
import type { RedactedToken } from '../core/redacted.js';
import type { TokenOptions } from './token-options.js';

/** A token request without client authentication. */
export interface TokenRequest {
  /** Origin of the tenant that is asked. */
  readonly tenant: string;
  readonly grantType: 'client_credentials' | 'urn:ietf:params:oauth:grant-type:jwt-bearer';
  readonly parameters: readonly (readonly [name: string, value: string])[];
  /** Identifies the request among those of one credential; holds no token. */
  readonly identity: readonly string[];
  /** When what the token is made of expires, ms since the epoch; the token is not used after that. */
  readonly usableUntil: number;
  /** Whether the token may be fetched anew in the background before it expires. */
  readonly refreshable: boolean;
}

/** A request for a token of the app itself (RFC 6749 §4.4). */
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
 * A request to exchange the token of a user for one of the same user with this app as authorized party (RFC 7523 §2.1).
 *
 * The guard has validated the token and the issuer, which is the tenant that is asked; the other claims are read here,
 * not checked.
 */
export function exchangeRequest(userToken: RedactedToken, options: TokenOptions): TokenRequest {
  const assertion = userToken.reveal();
  const claims = readClaims(assertion);
  const tenant = userToken.issuer;
  const target = targetParameters(options, typeof claims.app_tid === 'string' ? claims.app_tid : undefined);
  return {
    tenant,
    grantType: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
    parameters: [
      ['assertion', assertion],
      // without these IAS answers an opaque token, and a refresh token that nobody uses (docs/reference/ias-facts.md#grant-types)
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

function targetParameters(
  { resource, appTid }: TokenOptions,
  defaultAppTid: string | undefined,
): (readonly [string, string])[] {
  const tenant = appTid ?? defaultAppTid;
  const resources = [...new Set([resource ?? []].flat())].toSorted();
  return [
    ...(tenant === undefined ? [] : [['app_tid', tenant] as const]),
    ...resources.map((name) => ['resource', name] as const),
  ];
}

interface AssertionClaims {
  readonly app_tid?: unknown;
  readonly exp?: unknown;
}

function readClaims(token: string): AssertionClaims {
  const payload = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8');
  return JSON.parse(payload) as AssertionClaims;
}
