import type { JWK } from 'jose';
import { generateSigningKey, type SigningAlgorithm, type SigningKey } from './signing-key.js';

/** Options of a key rotation. */
export interface KeyRotation {
  /** Whether the previous keys stay published, so that their tokens stay valid. */
  readonly keepOld: boolean;
  /** @default the algorithm of the pre-published key, otherwise 'RS256' */
  readonly algorithm?: SigningAlgorithm;
}

/**
 * The signing keys of a tenant. The tenant generates the first key in the background, so that the landscape starts
 * without delay; requests that need the key wait for it.
 */
export class SigningKeys {
  #current: Promise<SigningKey> | undefined;
  #next: SigningKey | undefined;
  #former: SigningKey[] = [];
  readonly #unpublished = new Set<string>();
  readonly #foreign: JWK[] = [];
  #change: Promise<unknown> = Promise.resolve();

  /** Returns the current signing key. */
  async current(): Promise<SigningKey> {
    this.#current ??= generateSigningKey('RS256');
    return this.#current;
  }

  /** Returns a key by its `kid`, published or not. */
  async find(kid: string): Promise<SigningKey | undefined> {
    return (await this.#all()).find((key) => key.kid === kid);
  }

  /** Returns the published key set (RFC 7517), the signing key first. */
  async publicKeySet(): Promise<{ keys: JWK[] }> {
    const published = (await this.#all()).filter(({ kid }) => !this.#unpublished.has(kid));
    return { keys: [...published.map((key) => key.publicJwk), ...this.#foreign] };
  }

  /** Publishes the key that the next rotation will sign with. */
  async prepublish(algorithm: SigningAlgorithm): Promise<SigningKey> {
    return this.#serialized(async () => (this.#next = await generateSigningKey(algorithm)));
  }

  /** Changes the signing key to the pre-published key, or to a new key. */
  async rotate(rotation: KeyRotation): Promise<SigningKey> {
    return this.#serialized(async () => this.#rotateNow(rotation));
  }

  async #rotateNow({ keepOld, algorithm }: KeyRotation): Promise<SigningKey> {
    const prepared = algorithm === undefined || algorithm === this.#next?.alg ? this.#next : undefined;
    const fresh = prepared ?? (await generateSigningKey(algorithm ?? 'RS256'));
    this.#former = keepOld ? [await this.current(), ...this.#former] : [];
    this.#current = Promise.resolve(fresh);
    if (prepared !== undefined) this.#next = undefined;
    return fresh;
  }

  /** Removes a key from the published set. The signing key keeps signing. */
  unpublish(kid: string): void {
    this.#unpublished.add(kid);
  }

  /** Publishes an additional JWK, e.g. of a key type that clients do not know. */
  publish(jwk: JWK): void {
    this.#foreign.push(jwk);
  }

  /** Runs changes one after the other, because each depends on the key before it. */
  async #serialized(change: () => Promise<SigningKey>): Promise<SigningKey> {
    const changed = this.#change.then(change);
    this.#change = changed.catch(() => undefined);
    return changed;
  }

  async #all(): Promise<SigningKey[]> {
    const next = this.#next === undefined ? [] : [this.#next];
    return [await this.current(), ...next, ...this.#former];
  }
}
