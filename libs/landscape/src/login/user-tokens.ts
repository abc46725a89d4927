import { createHash, randomUUID } from 'node:crypto';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { userClaims } from '../tenant/tenant-user.js';
import { SIGNING_ALGORITHMS, signCompactJws } from '../tenant/signing-key.js';
import type { SigningKeys } from '../tenant/signing-keys.js';
import type { LoginGrant } from './login-grants.js';

/** The tenant that issues the tokens. */
export interface UserTokenContext {
  /** Base URL of the tenant. */
  readonly url: string;
  /** Claim `iss`: the URL, or a custom domain. */
  readonly issuer: string;
  readonly appTid: string;
  readonly keys: SigningKeys;
}

/** Claims of an access token about the user and the session, in addition to those of every access token. */
export function sessionClaims({ session }: LoginGrant): Readonly<Record<string, unknown>> {
  return { ...userClaims(session.user), scim_id: session.user.id, sid: session.id };
}

/** Issues an ID token as IAS does (`docs/reference/ias-facts.md#id-tokens`). */
export async function issueIdToken(
  grant: LoginGrant,
  accessToken: string,
  { url, issuer, appTid, keys }: UserTokenContext,
  now: number,
): Promise<string> {
  const { application, session, nonce } = grant;
  const key = await keys.current();
  const issuedAt = Math.floor(now / 1000);
  const claims = {
    ...sessionClaims(grant),
    aud: application.clientId,
    azp: application.clientId,
    app_tid: grant.appTid ?? appTid,
    iss: issuer,
    ...(issuer === url ? {} : { ias_iss: url }),
    iat: issuedAt,
    exp: issuedAt + application.tokenValidity,
    auth_time: session.authTime,
    at_hash: accessTokenHash(accessToken),
    ...(nonce === undefined ? {} : { nonce }),
    jti: randomUUID(),
  };
  return signCompactJws({ alg: key.alg, kid: key.kid }, claims, key);
}

/** The user of an access token, and the certificate that it is bound to. */
export interface TokenUser {
  readonly claims: Readonly<Record<string, unknown>>;
  readonly certificateThumbprint: string | undefined;
}

/** Claims that `userinfo` returns (OpenID Connect Core §5.3). */
const USER_INFO = ['sub', 'user_uuid', 'scim_id', 'email', 'given_name', 'family_name', 'name', 'groups'];

/** Returns the user of an access token of this tenant; undefined if it is invalid or not of a user. */
export async function userOf(
  accessToken: string,
  { issuer, keys }: UserTokenContext,
  now: number,
): Promise<TokenUser | undefined> {
  try {
    const { payload } = await jwtVerify(accessToken, createLocalJWKSet(await keys.publicKeySet()), {
      issuer,
      algorithms: [...SIGNING_ALGORITHMS],
      requiredClaims: ['exp', 'sub'],
      currentDate: new Date(now),
    });
    if (payload['sap_id_type'] !== 'user' || payload['at_hash'] !== undefined) return undefined;
    const claims = Object.fromEntries(
      USER_INFO.filter((name) => payload[name] !== undefined).map((name) => [name, payload[name]]),
    );
    const confirmation = payload['cnf'] as { 'x5t#S256'?: string } | undefined;
    return { claims, certificateThumbprint: confirmation?.['x5t#S256'] };
  } catch {
    return undefined;
  }
}

/** OpenID Connect Core §3.1.3.6: the left half of the SHA-256, because every signature uses SHA-256 or a longer hash. */
function accessTokenHash(accessToken: string): string {
  return createHash('sha256').update(accessToken, 'ascii').digest().subarray(0, 16).toString('base64url');
}
