import { createLocalJWKSet, type JWTPayload, jwtVerify } from 'jose';
import type { Application } from './application.js';
import { refusalFor } from './client-assertions.js';
import { OAuthError } from './oauth-error.js';
import { SIGNING_ALGORITHMS } from './signing-key.js';
import type { SigningKeys } from './signing-keys.js';

/** The claims of an assertion that pass into the token that is exchanged for it. */
const USER_CLAIMS = ['sub', 'user_uuid', 'email', 'given_name', 'family_name'];

/** The user of an assertion. */
export interface AssertedUser {
  readonly claims: Readonly<Record<string, unknown>>;
  /** The tenant the user belongs to, where it is one that the application serves. */
  readonly appTid: string | undefined;
}

/** What an assertion is checked against. */
export interface AssertionContext {
  readonly issuer: string;
  readonly keys: SigningKeys;
  /** The time in milliseconds. */
  readonly moment: number;
}

/**
 * Takes the user out of the assertion of a jwt-bearer request (RFC 7523 §3): a user token of this tenant that is meant
 * for the application.
 * @throws {OAuthError} `invalid_request` without an assertion, `invalid_grant` for one that does not hold
 */
export async function userOfAssertion(
  assertion: string | undefined,
  application: Application,
  { issuer, keys, moment }: AssertionContext,
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
      currentDate: new Date(moment),
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
  return new OAuthError('invalid_grant', 'The assertion is not valid.', detail);
}
