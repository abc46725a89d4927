import { constants, createPublicKey, verify } from 'node:crypto';
import type { KeyObject, VerifyKeyObjectInput } from 'node:crypto';
import { z } from 'zod';
import type { ParsedToken } from '../checks/2-token-format.js';

/** Keys with the same `kid`. A forged token costs one verification for each of them. */
const MAX_KEYS_OF_ONE_ID = 10;

const CURVES: Readonly<Record<string, string>> = {
  ES256: 'prime256v1',
  ES384: 'secp384r1',
  ES512: 'secp521r1',
};
const MIN_RSA_BITS = 2_048;
/** FIPS 186-5 §5.1; IAS publishes this one. With 1, anybody can sign; small exponents have allowed forgeries. */
const MIN_RSA_EXPONENT = 65_537n;

const jwkSchema = z.looseObject({
  kty: z.string(),
  kid: z.string().min(1).max(255),
  use: z.literal('sig').optional(),
  key_ops: z
    .array(z.string())
    .refine((operations) => operations.includes('verify'))
    .optional(),
  alg: z.string().optional(),
});

/** A published key as JSON, checked by the schema. */
export interface PublishedKey {
  readonly kid: string;
  readonly alg?: string;
  readonly [parameter: string]: unknown;
}

interface SigningKey {
  readonly jwk: PublishedKey;
  readonly key: KeyObject;
}

/** The usable keys of a tenant at one moment. */
export class KeySet {
  /** By `kid`, which may not be unique: keys of different types may share one (RFC 7517 §4.5). */
  readonly #keys: ReadonlyMap<string, readonly SigningKey[]>;

  private constructor(keys: ReadonlyMap<string, readonly SigningKey[]>) {
    this.#keys = keys;
  }

  /** Ignores unusable entries, so that a key of an unknown type does not make the others unusable. */
  static from(entries: readonly unknown[]): KeySet {
    const keys = new Map<string, SigningKey[]>();
    for (const entry of entries) {
      const key = readKey(entry);
      if (!key) continue;
      const known = keys.get(key.jwk.kid) ?? [];
      if (known.length === MAX_KEYS_OF_ONE_ID || includes(known, key)) continue;
      keys.set(key.jwk.kid, [...known, key]);
    }
    return new KeySet(keys);
  }

  get size(): number {
    return Array.from(this.#keys.values()).flat().length;
  }

  has(kid: string): boolean {
    return this.#keys.has(kid);
  }

  equals(other: KeySet): boolean {
    return (
      this.size === other.size &&
      Array.from(this.#keys.values())
        .flat()
        .every((key) => includes(other.#keys.get(key.jwk.kid) ?? [], key))
    );
  }

  /** Finds the key that fits the algorithm of the token and made its signature. */
  signerOf({ header: { kid, alg }, signingInput, signature }: ParsedToken): PublishedKey | undefined {
    return this.#keys
      .get(kid)
      ?.filter(({ key, jwk }) => (jwk.alg ?? alg) === alg && fitsAlgorithm(key, alg))
      .find(({ key }) => verifySignature(alg, key, signingInput, signature))?.jwk;
  }
}

function includes(keys: readonly SigningKey[], { jwk, key }: SigningKey): boolean {
  return keys.some((known) => known.jwk.alg === jwk.alg && known.key.equals(key));
}

function readKey(entry: unknown): SigningKey | undefined {
  const { success } = jwkSchema.safeParse(entry);
  if (!success) return undefined;
  const jwk = entry as PublishedKey;
  try {
    const key = createPublicKey({ key: jwk, format: 'jwk' });
    return isSound(key) ? { jwk, key } : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a public key is sound. OpenSSL rejects points that are not on their curve, but it accepts any RSA key. */
function isSound(key: KeyObject): boolean {
  const { asymmetricKeyType, asymmetricKeyDetails } = key;
  const { namedCurve = '', modulusLength = 0, publicExponent = 0n } = asymmetricKeyDetails ?? {};
  if (asymmetricKeyType === 'ec') return Object.values(CURVES).includes(namedCurve);
  if (asymmetricKeyType !== 'rsa') return false;
  const isOdd = publicExponent % 2n === 1n && hasOddModulus(key);
  return modulusLength >= MIN_RSA_BITS && publicExponent >= MIN_RSA_EXPONENT && isOdd;
}

/** A product of two large primes is odd. */
function hasOddModulus(key: KeyObject): boolean {
  const modulus = Buffer.from(key.export({ format: 'jwk' }).n ?? '', 'base64url');
  return (modulus.at(-1) ?? 0) % 2 === 1;
}

/** Whether a sound key has the type that the algorithm requires (RFC 7518 §3.3 and §3.4). */
function fitsAlgorithm(key: KeyObject, algorithm: string): boolean {
  const { asymmetricKeyType, asymmetricKeyDetails } = key;
  if (asymmetricKeyType === 'ec') return CURVES[algorithm] === asymmetricKeyDetails?.namedCurve;
  return asymmetricKeyType === 'rsa' && /^[RP]S/.test(algorithm);
}

/**
 * Verifies a signature with `node:crypto`, which is synchronous and needs half the time of Web Crypto with jose.
 *
 * @param algorithm one that fits the key
 */
function verifySignature(algorithm: string, key: KeyObject, input: string, signature: Buffer): boolean {
  return verify(`sha${algorithm.slice(2)}`, Buffer.from(input), verifyOptions(algorithm, key), signature);
}

function verifyOptions(algorithm: string, key: KeyObject): VerifyKeyObjectInput {
  if (algorithm.startsWith('ES')) return { key, dsaEncoding: 'ieee-p1363' };
  if (algorithm.startsWith('RS')) return { key, padding: constants.RSA_PKCS1_PADDING };
  return { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };
}
