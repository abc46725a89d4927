import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Age, Clocks } from '../core/clocks.js';
import type { AccessToken } from './access-token.js';

const MAX_TOKENS = 1_000;

/** A token is not handed out in its last seconds: it has to survive the way to the receiver. */
const MARGIN_MS = 5_000;
const MARGIN_SHARE = 0.1;

/** Refreshed in the background when 75–85 % of its life is over; spread, so that instances do not meet at the tenant. */
const REFRESH_SHARE = 0.75;
const REFRESH_JITTER = 0.1;

/** After a refresh failed, the next attempt waits: the token still lives. */
const REFRESH_PAUSE_MS = 5_000;

interface Entry {
  readonly token: AccessToken;
  readonly age: Age;
  /** ms of its age, as is the next one. */
  readonly usableFor: number;
  readonly refreshedAfter: number;
  /** On the monotonic clock: after a refresh failed, the next one is later. */
  pausedUntil: number;
}

/** A token as it is kept. */
export interface CachedToken {
  readonly token: AccessToken;
  /** Since it was asked for. */
  readonly age: Age;
  readonly refreshable: boolean;
  /** In [0, 1), spreads the refresh. */
  readonly random: number;
}

/** Access tokens by the parameters they were asked for with; bounded, with the least recently used one leaving first. */
export class TokenCache {
  readonly #entries = new LRUCache<string, Entry>({ max: MAX_TOKENS });

  constructor(private readonly clocks: Clocks) {}

  /** The usable token under `key`, and whether it is time to refresh it in the background. */
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
      stale: age >= entry.refreshedAfter && this.clocks.monotonic() >= entry.pausedUntil,
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
    if (entry) entry.pausedUntil = this.clocks.monotonic() + REFRESH_PAUSE_MS;
  }

  /**
   * Forgets `token`, whatever it is kept under, unless a newer one has taken its place.
   *
   * @returns whether it was there
   */
  delete(token: AccessToken): boolean {
    const keys = [...this.#entries.entries()].filter(([, entry]) => entry.token === token);
    for (const [key] of keys) this.#entries.delete(key);
    return keys.length > 0;
  }
}

/** Collision-free key: the parts are hashed as one JSON text, and no part can be read back from it. */
export function tokenCacheKey(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
}
