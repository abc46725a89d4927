import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Age, Clocks } from '../core/clocks.js';
import type { AccessToken } from './access-token.js';

const MAX_TOKENS = 1_000;

/** A token is not used in its last seconds: it must still be valid when it arrives at the receiver. */
const MARGIN_MS = 5_000;
const MARGIN_SHARE = 0.1;

/** A token is refreshed in the background after 75–85 % of its lifetime; the jitter spreads the instances of an app. */
const REFRESH_SHARE = 0.75;
const REFRESH_JITTER = 0.1;

/** After a failed refresh, the next attempt waits: the token is still valid. */
const REFRESH_PAUSE_MS = 5_000;

interface Entry {
  readonly token: AccessToken;
  readonly age: Age;
  /** Age in ms until which the token is used. */
  readonly usableFor: number;
  /** Age in ms after which the token is refreshed. */
  readonly refreshedAfter: number;
  /** No refresh before this time on the monotonic clock. */
  pausedUntil: number;
}

/** A token to store. */
export interface CachedToken {
  readonly token: AccessToken;
  /** Age since the token request. */
  readonly age: Age;
  readonly refreshable: boolean;
  /** In [0, 1), for the jitter of the refresh. */
  readonly random: number;
}

/** Access tokens by the parameters of their requests; bounded, evicts the least recently used token. */
export class TokenCache {
  readonly #entries = new LRUCache<string, Entry>({ max: MAX_TOKENS });
  readonly #clocks: Clocks;

  constructor(clocks: Clocks) {
    this.#clocks = clocks;
  }

  /** Finds a valid token. `stale` means that it is due for a refresh in the background. */
  get(key: string): { readonly token: AccessToken; readonly stale: boolean } | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    const age = entry.age.elapsed;
    if (age >= entry.usableFor) {
      this.#entries.delete(key);
      return undefined;
    }
    return {
      token: entry.token,
      stale: age >= entry.refreshedAfter && this.#clocks.monotonic() >= entry.pausedUntil,
    };
  }

  set(key: string, { token, age, refreshable, random }: CachedToken): void {
    const lifetime = token.expiresAt - token.obtainedAt;
    this.#entries.set(key, {
      token,
      age,
      usableFor: lifetime - Math.min(MARGIN_MS, lifetime * MARGIN_SHARE),
      refreshedAfter: refreshable
        ? lifetime * (REFRESH_SHARE + REFRESH_JITTER * random)
        : Number.POSITIVE_INFINITY,
      pausedUntil: Number.NEGATIVE_INFINITY,
    });
  }

  postponeRefresh(key: string): void {
    const entry = this.#entries.get(key);
    if (entry) entry.pausedUntil = this.#clocks.monotonic() + REFRESH_PAUSE_MS;
  }

  /**
   * Deletes `token` under any key, unless a newer token has replaced it.
   *
   * @returns whether the token was in the cache
   */
  delete(token: AccessToken): boolean {
    const keys = [...this.#entries.entries()].filter(([, entry]) => entry.token === token);
    for (const [key] of keys) this.#entries.delete(key);
    return keys.length > 0;
  }
}

/** Collision-free key: hashes the parts as one JSON text, so that it reveals none of them. */
export function tokenCacheKey(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
}
