import { Agent } from 'node:https';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AccessToken } from './access-token.js';
import { TokenCache, tokenCacheKey } from './token.cache.js';

const REFRESHED = { refreshable: true, random: 0 };

const agent = new Agent();
const tokenOf = (lifetime: number) =>
  new AccessToken({ value: 'v', obtainedAt: 0, receivedAt: 0, expiresAt: lifetime * 1_000, agent });

describe('TokenCache', () => {
  it.each([
    [3_600, 2_699, 2_701, 3_594, 3_595],
    [60, 44.9, 45.1, 54.9, 55],
    [20, 14.9, 15.1, 17.9, 18],
  ])('a token of %d s is fresh, then stale, then gone', (lifetime, fresh, stale, last, gone) => {
    const cache = new TokenCache();
    cache.set('k', tokenOf(lifetime), REFRESHED);
    expect(cache.get('k', fresh * 1_000)?.stale).toBe(false);
    expect(cache.get('k', stale * 1_000)?.stale).toBe(true);
    expect(cache.get('k', last * 1_000)?.stale).toBe(true);
    expect(cache.get('k', gone * 1_000)).toBeUndefined();
  });

  it('is never stale where the token cannot be refreshed', () => {
    const cache = new TokenCache();
    cache.set('k', tokenOf(3_600), { refreshable: false, random: 0 });
    expect(cache.get('k', 3_594_000)?.stale).toBe(false);
  });

  it('waits after a failed refresh', () => {
    const cache = new TokenCache();
    cache.set('k', tokenOf(3_600), REFRESHED);
    cache.postponeRefresh('k', 3_000_000);
    expect(cache.get('k', 3_004_999)?.stale).toBe(false);
    expect(cache.get('k', 3_005_000)?.stale).toBe(true);
  });

  it('holds no more than 1000 tokens', () => {
    const cache = new TokenCache();
    for (let index = 0; index <= 1_000; index++) cache.set(String(index), tokenOf(60), REFRESHED);
    expect(cache.get('0', 0)).toBeUndefined();
    expect(cache.get('1000', 0)).toBeDefined();
  });

  it('forgets a rejected token, and not the one that has replaced it', () => {
    const cache = new TokenCache();
    const [rejected, newer] = [tokenOf(60), tokenOf(60)];
    cache.set('k', newer, REFRESHED);
    cache.delete(rejected);
    expect(cache.get('k', 0)?.token).toBe(newer);
    cache.delete(newer);
    expect(cache.get('k', 0)).toBeUndefined();
  });
});

describe('tokenCacheKey', () => {
  const parts = fc.array(fc.string(), { minLength: 1, maxLength: 6 });

  it('differs for different parts, however they are cut', () => {
    fc.assert(
      fc.property(parts, parts, (one, other) => {
        fc.pre(JSON.stringify(one) !== JSON.stringify(other));
        expect(tokenCacheKey(one)).not.toBe(tokenCacheKey(other));
      }),
    );
    expect(tokenCacheKey(['a', 'bc'])).not.toBe(tokenCacheKey(['ab', 'c']));
    expect(tokenCacheKey(['a","b'])).not.toBe(tokenCacheKey(['a', 'b']));
  });

  it('does not show its parts', () => {
    expect(tokenCacheKey(['s3cret'])).toMatch(/^[\w-]{43}$/);
  });
});
