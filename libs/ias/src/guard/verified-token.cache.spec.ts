import { beforeEach, describe, expect, it } from 'vitest';
import { Clocks } from '../core/clocks.js';
import { Freshness } from './tenant/freshness.js';
import type { KeySet } from './tenant/key-set.js';
import type { Verdict } from './tenant/verdict.store.js';
import { VerifiedTokenCache } from './verified-token.cache.js';
import type { VerifiedToken } from './verified-token.cache.js';

describe('VerifiedTokenCache', () => {
  let now: number;
  let cache: VerifiedTokenCache;

  beforeEach(() => {
    now = 1_000;
    cache = new VerifiedTokenCache();
  });

  const clocks = new Clocks(
    () => now,
    () => now,
  );
  const freshness = (reliedFor = 9_000) => new Freshness(clocks, clocks.startAge(), { reliedFor });
  const verified = (relied: { token?: number; keySet?: number; verdict?: number } = {}) =>
    ({
      freshness: freshness(relied.token),
      keySet: { freshness: freshness(relied.keySet) } as KeySet,
      verdict: { freshness: freshness(relied.verdict) } as Verdict,
    }) as VerifiedToken;

  it('finds a token again', () => {
    const token = verified();
    cache.set('a', token);
    expect(cache.get('a')).toBe(token);
    expect(cache.get('b')).toBeUndefined();
  });

  it.each([[{ token: 1_000 }], [{ keySet: 1_000 }], [{ verdict: 1_000 }]])(
    'forgets it after %j',
    (relied) => {
      cache.set('a', verified(relied));
      now = 1_999;
      expect(cache.get('a')).toBeDefined();
      now = 2_000;
      expect(cache.get('a')).toBeUndefined();
    },
  );

  it('is bounded by number and by size', () => {
    for (let index = 0; index < 5_001; index += 1) cache.set(`small-${index}`, verified());
    expect(cache.get('small-0')).toBeUndefined();
    expect(cache.get('small-5000')).toBeDefined();
    for (let index = 0; index < 300; index += 1) cache.set(`${'x'.repeat(8_000)}${index}`, verified());
    expect(cache.get(`${'x'.repeat(8_000)}0`)).toBeUndefined();
    expect(cache.get(`${'x'.repeat(8_000)}299`)).toBeDefined();
  });
});
