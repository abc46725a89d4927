import { createLocalJWKSet, errors, type JWTPayload, jwtVerify } from 'jose';
import type { Application } from './application.js';
import { OAuthError } from './oauth.error.js';
import type { SigningKeys } from './signing-keys.js';

/** The claims of an assertion that pass into the token that is exchanged for it. */
const USER_CLAIMS = ['sub', 'user_uuid', 'email', 'given_name', 'family_name'];

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
): Promise<Record<string, unknown>> {
  if (assertion === undefined) {
    throw new OAuthError('invalid_request', 'The parameter assertion is missing.');
  }
  const keySet = createLocalJWKSet(await keys.publicKeySet());
  const claims = await verified(
    jwtVerify(assertion, keySet, { issuer, audience: application.clientId, currentDate: new Date(moment) }),
  );
  if (claims['sap_id_type'] !== 'user') throw refusal('assertion_without_user');
  return Object.fromEntries(
    USER_CLAIMS.filter((name) => name in claims)
      .map((name) => [name, claims[name]])
      .concat([['sap_id_type', 'user']]),
  );
}

async function verified(verification: Promise<{ payload: JWTPayload }>): Promise<JWTPayload> {
  try {
    return (await verification).payload;
  } catch (error) {
    if (error instanceof errors.JOSEError) throw refusal(error.code);
    throw error;
  }
}

function refusal(detail: string): OAuthError {
  return new OAuthError('invalid_grant', 'The assertion is not valid.', detail);
}
