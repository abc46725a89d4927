import { createHash } from 'node:crypto';
import type { IdentityBinding } from '../binding/binding.js';
import { TokenRequestError } from '../errors/errors.js';
import type { RedactedToken } from '../guard/guard.js';
import type { TokenOptions } from './token.options.js';

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
 * The guard has validated the token: its claims are read here, not checked, but for the issuer, which must be the
 * tenant of the binding or one that was listed.
 *
 * @throws {TokenRequestError} code `assertion_rejected`: the token is of a tenant that is not trusted
 */
export function exchangeRequest(
  binding: IdentityBinding,
  userToken: RedactedToken,
  options: TokenOptions,
  trustedIssuers: readonly string[],
): TokenRequest {
  const assertion = userToken.reveal();
  const claims = readClaims(assertion);
  const tenant = issuerOf(claims);
  if (tenant !== binding.url && !trustedIssuers.includes(tenant)) {
    throw new TokenRequestError(
      'assertion_rejected',
      'The token to exchange was issued by a tenant that is not trusted: list it in IAS_TRUSTED_ISSUERS.',
    );
  }
  const target = targetParameters(options, typeof claims.app_tid === 'string' ? claims.app_tid : undefined);
  return {
    tenant,
    grantType: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
    parameters: [
      ['assertion', assertion],
      // without these IAS answers an opaque token, and a refresh token that nobody uses (facts.md §3)
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
  readonly iss?: unknown;
  readonly ias_iss?: unknown;
  readonly app_tid?: unknown;
  readonly exp?: unknown;
}

function readClaims(token: string): AssertionClaims {
  const payload = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8');
  return JSON.parse(payload) as AssertionClaims;
}

/** `iss` can be a custom domain, and lack the scheme (facts.md §4). */
function issuerOf({ iss, ias_iss }: AssertionClaims): string {
  const issuer = String(ias_iss ?? iss);
  return issuer.startsWith('https://') ? issuer : `https://${issuer}`;
}
