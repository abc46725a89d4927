import type { JWK } from 'jose';
import { generateSigningKey, type SigningAlgorithm, type SigningKey } from './signing-key.js';

/** How signing goes on. */
export interface KeyRotation {
  /** Whether the keys used until now stay published, so that their tokens stay valid. */
  readonly keepOld: boolean;
  /** @default the algorithm of the pre-published key, else 'RS256' */
  readonly algorithm?: SigningAlgorithm;
}

/**
 * The signing keys of a tenant. The first one is made in the background: a landscape listens at once, and whoever
 * needs the key waits for it.
 */
export class SigningKeys {
  #current: Promise<SigningKey> | undefined;
  #next: SigningKey | undefined;
  #former: SigningKey[] = [];
  readonly #unpublished = new Set<string>();
  readonly #foreign: JWK[] = [];
  #change: Promise<unknown> = Promise.resolve();

  /** The key that signs. */
  async current(): Promise<SigningKey> {
    this.#current ??= generateSigningKey('RS256');
    return this.#current;
  }

  /** A key by its `kid`, published or not. */
  async find(kid: string): Promise<SigningKey | undefined> {
    return (await this.#all()).find((key) => key.kid === kid);
  }

  /** The published key set (RFC 7517), the signing key first. */
  async publicKeySet(): Promise<{ keys: JWK[] }> {
    const published = (await this.#all()).filter(({ kid }) => !this.#unpublished.has(kid));
    return { keys: [...published.map((key) => key.publicJwk), ...this.#foreign] };
  }

  /** Publishes the key that the next rotation will sign with. */
  async prepublish(algorithm: SigningAlgorithm): Promise<SigningKey> {
    return this.#inTurn(async () => (this.#next = await generateSigningKey(algorithm)));
  }

  /** Signs with a new key from now on: the pre-published one, or a fresh one. */
  async rotate(rotation: KeyRotation): Promise<SigningKey> {
    return this.#inTurn(async () => this.#rotateNow(rotation));
  }

  async #rotateNow({ keepOld, algorithm }: KeyRotation): Promise<SigningKey> {
    const prepared = algorithm === undefined || algorithm === this.#next?.alg ? this.#next : undefined;
    const fresh = prepared ?? (await generateSigningKey(algorithm ?? 'RS256'));
    this.#former = keepOld ? [await this.current(), ...this.#former] : [];
    this.#current = Promise.resolve(fresh);
    if (prepared !== undefined) this.#next = undefined;
    return fresh;
  }

  /** Takes a key out of the published set; if it is the signing key, it goes on signing. */
  unpublish(kid: string): void {
    this.#unpublished.add(kid);
  }

  /** Publishes any JWK beside the own keys, e.g. one of a type that clients do not know. */
  publish(jwk: JWK): void {
    this.#foreign.push(jwk);
  }

  /** One change after the other, in the order they were asked for: each builds on the key before it. */
  async #inTurn(change: () => Promise<SigningKey>): Promise<SigningKey> {
    const changed = this.#change.then(change);
    this.#change = changed.catch(() => undefined);
    return changed;
  }

  async #all(): Promise<SigningKey[]> {
    const next = this.#next === undefined ? [] : [this.#next];
    return [await this.current(), ...next, ...this.#former];
  }
}
