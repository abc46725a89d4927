import { Injectable } from '@nestjs/common';
import type { VerifiedCaller } from '../authentication.js';
import { RandomReplacementCache } from './random-replacement-cache.js';
import type { Freshness } from './freshness.js';
import type { KeySet } from '../tenant/key-set.js';
import type { SignedToken, Verdict } from '../checks/6-tenant-acceptance.js';
import type { Fetched } from './stale-while-unavailable.js';

/** A token that passed steps 2 to 6, and the results that it depends on. */
export interface VerifiedToken {
  readonly authentication: VerifiedCaller;
  readonly token: SignedToken;
  /** Ends when the token expires, or when the guard must resolve its issuer again. */
  readonly freshness: Freshness;
  readonly keySet: Fetched<KeySet>;
  readonly verdict: Verdict;
}

/** Room for about 5 000 tokens of 1 000 characters (docs/decisions/0013). */
const MAX_BYTES = 14 * 1_024 * 1_024;
/** As many characters as 256 bits of a signature take. */
const KEY_CHARACTERS = 43;
/** Share of the container's memory: 112 MB leave no room for 14 MiB (docs/decisions/0013). */
const MAX_SHARE = 1 / 18;
/** What a token takes in V8 besides its text and its claims: objects of the guard, of xssec and of this cache. */
const BYTES_OF_OBJECTS = 512;
const BYTES_OF_STRING = 24;
const BYTES_OF_COLLECTION = 56;
const BYTES_OF_MEMBER = 16;

/**
 * Holds verified tokens, so that a token is verified once and not on each request.
 *
 * It holds accepted tokens only, so rejected ones cannot evict them. An entry is valid while the token, the keys and the
 * verdict of the tenant all are.
 *
 * The key is the end of the signature, because hashing a whole token takes V8 longer than the rest of the guard. V8
 * seeds the hashes for each process, and compares keys only if their hashes are equal; tokens are compared only if
 * their keys are. So the time of a lookup reveals nothing to a caller who does not know 256 bits of the signature
 * (docs/decisions/0009).
 */
@Injectable()
export class VerifiedTokenCache {
  readonly #tokens = new RandomReplacementCache<VerifiedToken>(maxBytesWithin(process.constrainedMemory()));

  get(jwt: string): VerifiedToken | undefined {
    const token = this.#tokens.get(keyOf(jwt));
    if (token?.authentication.token.reveal() !== jwt) return undefined;
    const { freshness, keySet, verdict } = token;
    return freshness.isOver || keySet.freshness.isOver || verdict.freshness.isOver ? undefined : token;
  }

  set(token: VerifiedToken): void {
    const jwt = token.authentication.token.reveal();
    const bytes = BYTES_OF_OBJECTS + jwt.length + bytesOf(token.authentication.claims);
    this.#tokens.set(keyOf(jwt), token, bytes);
  }
}

function keyOf(jwt: string): string {
  return jwt.slice(-KEY_CHARACTERS);
}

/** @param limit memory of the container in bytes; 0 where none is known */
export function maxBytesWithin(limit: number): number {
  return limit === 0 ? MAX_BYTES : Math.min(MAX_BYTES, limit * MAX_SHARE);
}

/** Memory that claims take, approximately: some have many times as much as their text. */
function bytesOf(value: unknown): number {
  if (typeof value === 'string') return BYTES_OF_STRING + value.length;
  if (typeof value !== 'object' || value === null) return 0;
  const members: unknown[] = Array.isArray(value) ? value : Object.entries(value).flat();
  return members.reduce<number>(
    (sum, member) => sum + BYTES_OF_MEMBER + bytesOf(member),
    BYTES_OF_COLLECTION,
  );
}
