import { createLocalJWKSet, decodeJwt, errors, type JSONWebKeySet, type JWTPayload, jwtVerify } from 'jose';

/** `client_assertion_type` of a JWT (RFC 7523 §2.2). */
export const JWT_ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** What an assertion may be signed with: neither a secret nor nothing (RFC 8414 §2). */
export const ASSERTION_ALGORITHMS = ['RS256', 'RS512', 'PS256', 'ES256', 'ES384'];

/** What an assertion has to say. */
export interface ExpectedAssertion {
  /** Claims `iss` and `sub`. */
  readonly clientId: string;
  /** Names of the authorization server, one of which is `aud`. */
  readonly audiences: readonly string[];
  /** The time in milliseconds. */
  readonly moment: number;
}

/** IAS takes at most this many key sets for one application. */
const MAXIMUM_KEY_SETS = 20;

/**
 * How an application proves who it is with a signed JWT (`private_key_jwt`: RFC 7523 §2.2 and §3, OpenID Connect Core
 * §9): the public keys it registered, and the assertions it has used up.
 */
export class ClientAssertions {
  readonly #keySets: ReturnType<typeof createLocalJWKSet>[] = [];
  /** When the assertion of a `jti` expires, in milliseconds. */
  readonly #used = new Map<string, number>();

  /** @throws {RangeError} for a key that is not public, and beyond 20 key sets */
  trust(keySet: JSONWebKeySet): void {
    if (keySet.keys.some((key) => key.kty === 'oct' || 'd' in key || 'priv' in key)) {
      throw new RangeError('An application registers public keys only.');
    }
    if (this.#keySets.length >= MAXIMUM_KEY_SETS) {
      throw new RangeError(`An application has at most ${MAXIMUM_KEY_SETS} key sets.`);
    }
    this.#keySets.push(createLocalJWKSet(keySet));
  }

  /** Why an assertion does not prove anything, in words for the operator; undefined where it does, once. */
  async refusalOf(assertion: string, expected: ExpectedAssertion): Promise<string | undefined> {
    let refusal = 'assertion_without_trusted_key';
    for (const keySet of this.#keySets) {
      try {
        return this.#useUp(await verify(assertion, keySet, expected), expected.moment);
      } catch (error) {
        if (!(error instanceof errors.JOSEError)) throw error;
        if (!(error instanceof errors.JWKSNoMatchingKey)) refusal = error.code;
      }
    }
    return refusal;
  }

  #useUp({ jti = '', exp = 0 }: JWTPayload, moment: number): string | undefined {
    for (const [used, expiry] of this.#used) if (expiry <= moment) this.#used.delete(used);
    if (this.#used.has(jti)) return 'assertion_replayed';
    this.#used.set(jti, exp * 1000);
    return undefined;
  }
}

/** The client an assertion claims to come from; undefined where it is no JWT. */
export function claimedClientOf(assertion: string): string | undefined {
  try {
    return decodeJwt(assertion).sub;
  } catch {
    return undefined;
  }
}

async function verify(
  assertion: string,
  keySet: ReturnType<typeof createLocalJWKSet>,
  { clientId, audiences, moment }: ExpectedAssertion,
): Promise<JWTPayload> {
  const { payload } = await jwtVerify(assertion, keySet, {
    issuer: clientId,
    subject: clientId,
    audience: [...audiences],
    algorithms: ASSERTION_ALGORITHMS,
    requiredClaims: ['exp', 'jti'],
    currentDate: new Date(moment),
  });
  return payload;
}
