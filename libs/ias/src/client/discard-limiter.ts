import { LRUCache } from 'lru-cache';
import type { Clock } from '../core/clocks.js';
import { tokenCacheKey } from '../token/token-cache.js';
import type { IasCallOptions } from './ias-request.js';

/** Limits the token requests for a receiver that rejects every token. */
const PAUSE_MS = 30_000;

const MAX_TOKENS = 1_000;

/** Limits how often a rejected token is discarded, for each user, resource and tenant. */
export class DiscardLimiter {
  readonly #last = new LRUCache<string, number>({ max: MAX_TOKENS });
  readonly #now: Clock;

  /** @param now a monotonic clock, in milliseconds */
  constructor(now: Clock) {
    this.#now = now;
  }

  /**
   * Records that the receiver rejected a token.
   *
   * @returns whether to discard it: `false` within 30 s after the last one was discarded
   */
  mayDiscard({ onBehalfOf, resource, appTid }: IasCallOptions): boolean {
    const key = tokenCacheKey([onBehalfOf?.reveal() ?? '', JSON.stringify([resource, appTid])]);
    const now = this.#now();
    if (now - (this.#last.get(key) ?? Number.NEGATIVE_INFINITY) < PAUSE_MS) return false;
    this.#last.set(key, now);
    return true;
  }
}
