import { constants, createPublicKey, verify } from 'node:crypto';
import type { KeyObject, VerifyKeyObjectInput } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { CURVES } from '../../core/signature-algorithms.js';
import type { ParsedToken } from '../checks/2-token-format.js';

/** Published keys with the same `kid`. A forged token costs one verification for each of them. */
const MAX_KEYS_OF_ONE_ID = 10;

/** The upper limits bound what a verification costs. */
const RSA_BITS = { min: 2_048, max: 8_192 } as const;
/** FIPS 186-5 §5.1; IAS publishes 65537. With 1, anyone can sign; small exponents have allowed forgeries. */
const RSA_EXPONENT = { min: 65_537n, max: 2n ** 32n - 1n } as const;

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

/**
 * The published keys of a tenant at one moment. It creates and checks a key when a token first names it, because thousands
 * of keys would block the event loop for seconds.
 */
export class KeySet {
  /** JSON by `kid`, which may not be unique: keys of different types may share one (RFC 7517 §4.5). */
  readonly #published: ReadonlyMap<string, readonly string[]>;
  readonly #usable = new Map<string, readonly SigningKey[]>();

  private constructor(published: ReadonlyMap<string, readonly string[]>) {
    this.#published = published;
  }

  /** Ignores entries that cannot be keys, so that a key of an unknown type does not make the others unusable. */
  static from(entries: readonly unknown[]): KeySet {
    const published = new Map<string, string[]>();
    for (const entry of entries.filter(isNamedKey)) {
      const known = published.get(entry.kid) ?? [];
      if (known.length < MAX_KEYS_OF_ONE_ID) published.set(entry.kid, [...known, toJson(entry)]);
    }
    return new KeySet(published);
  }

  /** Whether no entry looks like a key. */
  get isEmpty(): boolean {
    return this.#published.size === 0;
  }

  /** Whether the set has a usable key with this `kid`. */
  has(kid: string): boolean {
    return this.#usableKeys(kid).length > 0;
  }

  /** Whether both sets publish the same JSON, in any order of the `kid`s. */
  equals(other: KeySet): boolean {
    return isDeepStrictEqual(this.#published, other.#published);
  }

  /** Finds the key that fits the algorithm of the token and made its signature. */
  signerOf({ header: { kid, alg }, signingInput, signature }: ParsedToken): PublishedKey | undefined {
    return this.#usableKeys(kid)
      .filter(({ key, jwk }) => (jwk.alg ?? alg) === alg && fitsAlgorithm(key, alg))
      .find(({ key }) => verifySignature(alg, key, signingInput, signature))?.jwk;
  }

  #usableKeys(kid: string): readonly SigningKey[] {
    const published = this.#published.get(kid);
    if (!published) return [];
    const usable = this.#usable.get(kid) ?? published.flatMap((json) => readKey(json) ?? []);
    this.#usable.set(kid, usable);
    return usable;
  }
}

/** A check of the shape that is cheap enough for hundreds of thousands of entries. */
function isNamedKey(entry: unknown): entry is { readonly kid: string } {
  const { kid, kty } = (entry ?? {}) as Readonly<Record<string, unknown>>;
  return typeof kid === 'string' && (kty === 'RSA' || kty === 'EC');
}

/** Parameters of keys are texts and lists of texts (RFC 7517 §4). Others could be nested too deeply for `JSON.stringify`. */
function toJson(entry: object): string {
  return JSON.stringify(Object.fromEntries(Object.entries(entry).filter(([, value]) => isFlat(value))));
}

function isFlat(value: unknown): boolean {
  if (Array.isArray(value)) return value.every((element) => typeof element !== 'object');
  return typeof value !== 'object';
}

function readKey(json: string): SigningKey | undefined {
  const jwk = JSON.parse(json) as PublishedKey;
  if (!jwkSchema.safeParse(jwk).success) return undefined;
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
  const isInLimits =
    modulusLength >= RSA_BITS.min &&
    modulusLength <= RSA_BITS.max &&
    publicExponent >= RSA_EXPONENT.min &&
    publicExponent <= RSA_EXPONENT.max;
  return isInLimits && publicExponent % 2n === 1n && hasOddModulus(key);
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
