import { createPublicKey } from 'node:crypto';
import {
  createLocalJWKSet,
  decodeJwt,
  errors,
  type JSONWebKeySet,
  type JWK,
  type JWTPayload,
  jwtVerify,
} from 'jose';

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
/** RFC 7518 §3.3. */
const MINIMUM_RSA_BITS = 2048;
/** RFC 7518 §6.2.2 and §6.3.2, and what drafts call theirs. */
const PRIVATE_PARTS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'];

/**
 * How an application proves who it is with a signed JWT (`private_key_jwt`: RFC 7523 §2.2 and §3, OpenID Connect Core
 * §9): the public keys it registered, and the assertions it has used up.
 */
export class ClientAssertions {
  readonly #keySets: ReturnType<typeof createLocalJWKSet>[] = [];
  /** When the assertion of a `jti` expires, in milliseconds. */
  readonly #used = new Map<string, number>();

  /** @throws {RangeError} for a key that is not public, or of no use, and beyond 20 key sets */
  trust(keySet: JSONWebKeySet): void {
    keySet.keys.forEach(assertPublicKey);
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
        if (!(error instanceof errors.JWKSNoMatchingKey)) refusal = refusalFor(error);
      }
    }
    return refusal;
  }

  #useUp({ jti, exp = 0 }: JWTPayload, moment: number): string | undefined {
    if (typeof jti !== 'string' || jti === '') return 'assertion_without_id';
    for (const [used, expiry] of this.#used) if (expiry <= moment) this.#used.delete(used);
    if (this.#used.has(jti)) return 'assertion_replayed';
    this.#used.set(jti, exp * 1000);
    return undefined;
  }
}

/** The client an assertion claims to come from; undefined where it is no JWT. */
export function claimedClientOf(assertion: string): string | undefined {
  try {
    const { sub } = decodeJwt(assertion);
    return typeof sub === 'string' ? sub : undefined;
  } catch {
    return undefined;
  }
}

/** Why a JWT was not verified, in words for the operator; also where a key is none that its algorithm can use. */
export function refusalFor(error: unknown): string {
  return error instanceof errors.JOSEError ? error.code : 'assertion_key_unusable';
}

function assertPublicKey(jwk: JWK): void {
  if (jwk.kty === 'oct' || PRIVATE_PARTS.some((part) => part in jwk)) {
    throw new RangeError('An application registers public keys only.');
  }
  if (!isUsable(jwk)) {
    throw new RangeError('A key of an application is a JWK of type RSA with 2048 bits or more, or EC.');
  }
}

function isUsable(jwk: JWK): boolean {
  try {
    const key = createPublicKey({ key: jwk, format: 'jwk' });
    const { modulusLength = Infinity } = key.asymmetricKeyDetails ?? {};
    return ['rsa', 'ec'].includes(key.asymmetricKeyType ?? '') && modulusLength >= MINIMUM_RSA_BITS;
  } catch {
    return false;
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
