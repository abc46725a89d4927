import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { Authentication } from './authentication.js';
import type { Freshness } from './tenant/freshness.js';
import type { KeySet } from './tenant/key-set.js';
import type { SignedToken, Verdict } from './tenant/verdict.store.js';

/** A token that passed every check that depends on the token alone, and what that rests on. */
export interface VerifiedToken {
  readonly authentication: Authentication;
  readonly token: SignedToken;
  /** Until the token expires, or its issuer is to be asked about again. */
  readonly freshness: Freshness;
  readonly keySet: KeySet;
  readonly verdict: Verdict;
}

const MAX_TOKENS = 5_000;
const MAX_BYTES = 8 * 1_024 * 1_024;
/** A token takes about this many times its length, decoded claims and security context included. */
const BYTES_PER_CHARACTER = 4;

/**
 * Remembers verified tokens, so that a token is verified once and not on each request.
 *
 * Only accepted tokens get in, so rejected ones cannot push them out. An entry counts while the token, the keys and
 * the verdict of the tenant all do. The look-up compares tokens only where their hashes, which V8 seeds for each process,
 * are equal, so its time tells nothing of a token.
 */
@Injectable()
export class VerifiedTokenCache {
  readonly #tokens = new LRUCache<string, VerifiedToken>({
    max: MAX_TOKENS,
    maxSize: MAX_BYTES,
  });

  get(jwt: string): VerifiedToken | undefined {
    const token = this.#tokens.get(jwt);
    if (!token) return undefined;
    const { freshness, keySet, verdict } = token;
    return freshness.isOver || keySet.freshness.isOver || verdict.freshness.isOver ? undefined : token;
  }

  set(jwt: string, token: VerifiedToken): void {
    this.#tokens.set(jwt, token, { size: jwt.length * BYTES_PER_CHARACTER });
  }
}
