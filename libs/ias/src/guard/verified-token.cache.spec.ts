import { beforeEach, describe, expect, it } from 'vitest';
import type { KeySet } from './tenant/key-set.js';
import type { Verdict } from './tenant/verdict.store.js';
import { VerifiedTokenCache } from './verified-token.cache.js';
import type { VerifiedToken } from './verified-token.cache.js';

describe('VerifiedTokenCache', () => {
  let now: number;
  let cache: VerifiedTokenCache;

  beforeEach(() => {
    now = 1_000;
    cache = new VerifiedTokenCache(() => now);
  });

  const verified = (ends: { expiresAt?: number; keySet?: number; verdict?: number } = {}) =>
    ({
      expiresAt: ends.expiresAt ?? 9_000,
      keySet: { freshUntil: ends.keySet ?? 9_000 } as KeySet,
      verdict: { freshUntil: ends.verdict ?? 9_000 } as Verdict,
    }) as VerifiedToken;

  it('finds a token again', () => {
    const token = verified();
    cache.set('a', token);
    expect(cache.get('a')).toBe(token);
    expect(cache.get('b')).toBeUndefined();
  });

  it.each([[{ expiresAt: 2_000 }], [{ keySet: 2_000 }], [{ verdict: 2_000 }]])('forgets it at %j', (ends) => {
    cache.set('a', verified(ends));
    now = 1_999;
    expect(cache.get('a')).toBeDefined();
    now = 2_000;
    expect(cache.get('a')).toBeUndefined();
  });

  it('is bounded by number and by size', () => {
    for (let index = 0; index < 5_001; index += 1) cache.set(`small-${index}`, verified());
    expect(cache.get('small-0')).toBeUndefined();
    expect(cache.get('small-5000')).toBeDefined();
    for (let index = 0; index < 300; index += 1) cache.set(`${'x'.repeat(8_000)}${index}`, verified());
    expect(cache.get(`${'x'.repeat(8_000)}0`)).toBeUndefined();
    expect(cache.get(`${'x'.repeat(8_000)}299`)).toBeDefined();
  });
});
