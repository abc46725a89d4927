import { type KeyObject, generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import { calculateJwkThumbprint, exportJWK, type JWK } from 'jose';

/** A key that tokens are signed with. */
export interface SigningKey {
  readonly kid: string;
  readonly alg: 'RS256';
  readonly privateKey: KeyObject;
  readonly publicJwk: JWK;
}

const generate = promisify(generateKeyPair);

/**
 * The signing keys of a tenant. The first one is made in the background: a landscape listens at once, and whoever
 * needs the key waits for it.
 */
export class SigningKeys {
  #current: Promise<SigningKey> = generateSigningKey();
  #former: Promise<SigningKey>[] = [];

  /** The key that signs. */
  async current(): Promise<SigningKey> {
    return this.#current;
  }

  /** A key by its `kid`, as long as it is published. */
  async find(kid: string): Promise<SigningKey | undefined> {
    const keys = await Promise.all([this.#current, ...this.#former]);
    return keys.find((key) => key.kid === kid);
  }

  /** The published key set (RFC 7517), the signing key first. */
  async publicKeySet(): Promise<{ keys: JWK[] }> {
    const keys = await Promise.all([this.#current, ...this.#former]);
    return { keys: keys.map((key) => key.publicJwk) };
  }

  /** Signs with a new key from now on; the old ones stay published, or go. */
  async rotate(options: { readonly keepOld: boolean }): Promise<SigningKey> {
    const fresh = await generateSigningKey();
    this.#former = options.keepOld ? [this.#current, ...this.#former] : [];
    this.#current = Promise.resolve(fresh);
    return fresh;
  }
}

async function generateSigningKey(): Promise<SigningKey> {
  const { privateKey, publicKey } = await generate('rsa', { modulusLength: 2048 });
  const jwk = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(jwk);
  return { kid, alg: 'RS256', privateKey, publicJwk: { ...jwk, kid, alg: 'RS256', use: 'sig' } };
}
