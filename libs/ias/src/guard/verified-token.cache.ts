import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { IAS_CLOCK } from '../ias.clock.js';
import type { Clock } from '../ias.clock.js';
import type { Authentication } from './authentication.js';
import type { KeySet } from './tenant/key-set.js';
import type { SignedToken, Verdict } from './tenant/verdict.store.js';

/** A token that passed every check that depends on the token alone, and what that rests on. */
export interface VerifiedToken {
  readonly authentication: Authentication;
  readonly token: SignedToken;
  /** When the token expires or its issuer is to be asked about again; ms since the epoch. */
  readonly expiresAt: number;
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

  constructor(@Inject(IAS_CLOCK) private readonly clock: Clock) {}

  get(jwt: string): VerifiedToken | undefined {
    const token = this.#tokens.get(jwt);
    if (!token) return undefined;
    const now = this.clock();
    return now < token.expiresAt && now < token.keySet.freshUntil && now < token.verdict.freshUntil
      ? token
      : undefined;
  }

  set(jwt: string, token: VerifiedToken): void {
    this.#tokens.set(jwt, token, { size: jwt.length * BYTES_PER_CHARACTER });
  }
}
