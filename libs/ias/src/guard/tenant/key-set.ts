import { createPublicKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { z } from 'zod';
import type { Freshness } from '../cache/freshness.js';
import type { PresentedToken } from '../token-gate.js';
import { fitsAlgorithm, isSound, verifySignature } from './signature-algorithm.js';

/** Keys that share a `kid`; each of them costs a verification for a forged token. */
const MAX_KEYS_OF_ONE_ID = 10;

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

/** A published key as JSON, checked as far as the schema goes. */
export interface PublishedKey {
  readonly kid: string;
  readonly alg?: string;
  readonly [parameter: string]: unknown;
}

interface SigningKey {
  readonly jwk: PublishedKey;
  readonly key: KeyObject;
}

/** The usable keys of a tenant at one moment, and how long they may be relied on. */
export class KeySet {
  /** By `kid`, which need not be unique: keys of different kinds may share one (RFC 7517 §4.5). */
  readonly #keys: ReadonlyMap<string, readonly SigningKey[]>;

  private constructor(
    keys: ReadonlyMap<string, readonly SigningKey[]>,
    readonly freshness: Freshness,
  ) {
    this.#keys = keys;
  }

  /** Leaves out entries that cannot be used: one of an unknown kind must not take the others with it. */
  static from(entries: readonly unknown[], freshness: Freshness): KeySet {
    const keys = new Map<string, SigningKey[]>();
    for (const entry of entries) {
      const key = readKey(entry);
      if (!key) continue;
      const known = keys.get(key.jwk.kid) ?? [];
      if (known.length === MAX_KEYS_OF_ONE_ID || includes(known, key)) continue;
      keys.set(key.jwk.kid, [...known, key]);
    }
    return new KeySet(keys, freshness);
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

  /** The key of this set, fit for the algorithm of the token, that made its signature. */
  signerOf({ header: { kid, alg }, signingInput, signature }: PresentedToken): PublishedKey | undefined {
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
