import { createLocalJWKSet, type JWTPayload, jwtVerify } from 'jose';
import type { Application } from './application.js';
import { refusalFor } from './client-assertions.js';
import { OAuthError } from './oauth-error.js';
import { SIGNING_ALGORITHMS } from './signing-key.js';
import type { SigningKeys } from './signing-keys.js';

/** The claims that the new token takes from the assertion. */
const USER_CLAIMS = ['sub', 'user_uuid', 'email', 'given_name', 'family_name'];

/** The user of an assertion. */
export interface AssertedUser {
  readonly claims: Readonly<Record<string, unknown>>;
  /** The user's tenant, if the application serves it. */
  readonly appTid: string | undefined;
}

/** The values that an assertion is checked against. */
export interface AssertionContext {
  readonly issuer: string;
  readonly keys: SigningKeys;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * Returns the user of the assertion in a jwt-bearer request (RFC 7523 §3). The assertion must be a user token of this
 * tenant for the application.
 * @throws {OAuthError} `invalid_request` without an assertion, `invalid_grant` if it is invalid
 */
export async function userOfAssertion(
  assertion: string | undefined,
  application: Application,
  { issuer, keys, now }: AssertionContext,
): Promise<AssertedUser> {
  if (assertion === undefined) {
    throw new OAuthError('invalid_request', 'The parameter assertion is missing.');
  }
  const keySet = createLocalJWKSet(await keys.publicKeySet());
  const claims = await verified(
    jwtVerify(assertion, keySet, {
      issuer,
      audience: application.clientId,
      algorithms: [...SIGNING_ALGORITHMS],
      requiredClaims: ['exp', 'sub'],
      currentDate: new Date(now),
    }),
  );
  if (claims['sap_id_type'] !== 'user' || typeof claims.sub !== 'string') {
    throw refusal('assertion_without_user');
  }
  const appTid = claims['app_tid'];
  return {
    claims: Object.fromEntries([
      ...USER_CLAIMS.filter((name) => typeof claims[name] === 'string').map((name) => [name, claims[name]]),
      ['sap_id_type', 'user'],
    ]),
    appTid: typeof appTid === 'string' && application.serves(appTid) ? appTid : undefined,
  };
}

async function verified(verification: Promise<{ payload: JWTPayload }>): Promise<JWTPayload> {
  try {
    return (await verification).payload;
  } catch (error) {
    throw refusal(refusalFor(error));
  }
}

function refusal(detail: string): OAuthError {
  return new OAuthError('invalid_grant', 'The assertion is invalid.', detail);
}
