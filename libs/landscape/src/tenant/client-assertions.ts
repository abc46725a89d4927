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

/** Signature algorithms of assertions: asymmetric ones only, and never `none` (RFC 8414 §2). */
export const ASSERTION_ALGORITHMS = ['RS256', 'RS512', 'PS256', 'ES256', 'ES384'];

/** Required content of an assertion. */
export interface ExpectedAssertion {
  /** Claims `iss` and `sub`. */
  readonly clientId: string;
  /** Identifiers of the authorization server; `aud` must contain one of them. */
  readonly audiences: readonly string[];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** IAS limits the key sets of one application. */
const MAXIMUM_KEY_SETS = 20;
/** RFC 7518 §3.3. */
const MINIMUM_RSA_BITS = 2048;
/** Private parameters of RFC 7518 §6.2.2 and §6.3.2, and of drafts. */
const PRIVATE_PARTS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'];

/**
 * Authenticates an application by a signed JWT (`private_key_jwt`: RFC 7523 §2.2 and §3, OpenID Connect Core §9). Keeps
 * the registered public keys and the used assertions.
 */
export class ClientAssertions {
  readonly #keySets: ReturnType<typeof createLocalJWKSet>[] = [];
  /** Expiry of the used assertions in milliseconds, by `jti`. */
  readonly #used = new Map<string, number>();

  /** @throws {RangeError} if a key is not public or not usable, or the application has 20 key sets */
  trust(keySet: JSONWebKeySet): void {
    keySet.keys.forEach(assertPublicKey);
    if (this.#keySets.length >= MAXIMUM_KEY_SETS) {
      throw new RangeError(`An application can have at most ${MAXIMUM_KEY_SETS} key sets.`);
    }
    this.#keySets.push(createLocalJWKSet(keySet));
  }

  /** Returns why an assertion is rejected, as a code for the request log; undefined the first time it is valid. */
  async refusalOf(assertion: string, expected: ExpectedAssertion): Promise<string | undefined> {
    let refusal = 'assertion_without_trusted_key';
    for (const keySet of this.#keySets) {
      try {
        return this.#markUsed(await verify(assertion, keySet, expected), expected.now);
      } catch (error) {
        if (!(error instanceof errors.JWKSNoMatchingKey)) refusal = refusalFor(error);
      }
    }
    return refusal;
  }

  #markUsed({ jti, exp = 0 }: JWTPayload, now: number): string | undefined {
    if (typeof jti !== 'string' || jti === '') return 'assertion_without_id';
    for (const [used, expiry] of this.#used) if (expiry <= now) this.#used.delete(used);
    if (this.#used.has(jti)) return 'assertion_replayed';
    this.#used.set(jti, exp * 1000);
    return undefined;
  }
}

/** Returns the client that an assertion claims to come from; undefined if it is not a JWT. */
export function claimedClientOf(assertion: string): string | undefined {
  try {
    const { sub } = decodeJwt(assertion);
    return typeof sub === 'string' ? sub : undefined;
  } catch {
    return undefined;
  }
}

/** Returns why a JWT was rejected, as a code for the request log, including an algorithm that cannot use the key. */
export function refusalFor(error: unknown): string {
  return error instanceof errors.JOSEError ? error.code : 'assertion_key_unusable';
}

function assertPublicKey(jwk: JWK): void {
  if (jwk.kty === 'oct' || PRIVATE_PARTS.some((part) => part in jwk)) {
    throw new RangeError('An application can register public keys only.');
  }
  if (!isUsable(jwk)) {
    throw new RangeError('A key of an application must be a JWK of type EC, or RSA with at least 2048 bits.');
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
  { clientId, audiences, now }: ExpectedAssertion,
): Promise<JWTPayload> {
  const { payload } = await jwtVerify(assertion, keySet, {
    issuer: clientId,
    subject: clientId,
    audience: [...audiences],
    algorithms: ASSERTION_ALGORITHMS,
    requiredClaims: ['exp', 'jti'],
    currentDate: new Date(now),
  });
  return payload;
}
