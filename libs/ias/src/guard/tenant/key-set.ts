import { createPublicKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { z } from 'zod';
import type { PresentedToken } from '../token/token.gate.js';
import { fitsAlgorithm, verifySignature } from './signature.algorithm.js';

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
  /** Until then tokens are verified without asking again; ms since the epoch, 0 once it is superseded. */
  freshUntil = 0;
  /** From then on the keys are fetched again in the background. */
  renewAfter = 0;
  readonly #keys: ReadonlyMap<string, SigningKey>;

  private constructor(
    keys: ReadonlyMap<string, SigningKey>,
    /** When the tenant last confirmed this set; ms since the epoch. */
    public fetchedAt: number,
  ) {
    this.#keys = keys;
  }

  /** Leaves out entries that cannot be used: one of an unknown kind must not take the others with it. */
  static from(entries: readonly unknown[], fetchedAt: number): KeySet {
    const keys = new Map<string, SigningKey>();
    for (const entry of entries) {
      const key = readKey(entry);
      if (key && !keys.has(key.jwk.kid)) keys.set(key.jwk.kid, key);
    }
    return new KeySet(keys, fetchedAt);
  }

  get size(): number {
    return this.#keys.size;
  }

  /** The keys as they were published. */
  get jwks(): PublishedKey[] {
    return Array.from(this.#keys.values(), ({ jwk }) => jwk);
  }

  has(kid: string): boolean {
    return this.#keys.has(kid);
  }

  equals(other: KeySet): boolean {
    return (
      this.size === other.size && Array.from(this.#keys).every(([kid, { key }]) => other.#holds(kid, key))
    );
  }

  /** Whether a key of this set, fit for the algorithm of the token, made its signature. */
  hasSigned({ header: { kid, alg }, signingInput, signature }: PresentedToken): boolean {
    const { key, jwk } = this.#keys.get(kid) ?? {};
    if (!key || (jwk?.alg ?? alg) !== alg || !fitsAlgorithm(key, alg)) return false;
    return verifySignature(alg, key, signingInput, signature);
  }

  #holds(kid: string, key: KeyObject): boolean {
    return this.#keys.get(kid)?.key.equals(key) ?? false;
  }
}

function readKey(entry: unknown): SigningKey | undefined {
  const { success } = jwkSchema.safeParse(entry);
  if (!success) return undefined;
  const jwk = entry as PublishedKey;
  try {
    return { jwk, key: createPublicKey({ key: jwk, format: 'jwk' }) };
  } catch {
    return undefined;
  }
}
