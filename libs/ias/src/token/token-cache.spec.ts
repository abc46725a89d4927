import { Agent } from 'node:https';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { Clocks } from '../core/clocks.js';
import { AccessToken } from './access-token.js';
import { TokenCache, tokenCacheKey } from './token-cache.js';

const clock = { wall: 0, monotonic: 0 };
const clocks = new Clocks(
  () => clock.wall,
  () => clock.monotonic,
);
const stepTo = (ms: number) => Object.assign(clock, { wall: ms, monotonic: ms });

const agent = new Agent();
const tokenOf = (lifetime: number) =>
  new AccessToken({ value: 'v', obtainedAt: 0, receivedAt: 0, expiresAt: lifetime * 1_000, agent });

const entry = (token: AccessToken, refreshable = true) => ({
  token,
  age: clocks.startAge(),
  refreshable,
  random: 0,
});

describe('TokenCache', () => {
  beforeEach(() => stepTo(0));

  it.each([
    [3_600, 2_699, 2_701, 3_594, 3_595],
    [60, 44.9, 45.1, 54.9, 55],
    [20, 14.9, 15.1, 17.9, 18],
  ])('a token of %d s is fresh, then stale, then not used any more', (lifetime, fresh, stale, last, gone) => {
    const cache = new TokenCache(clocks);
    cache.set('k', entry(tokenOf(lifetime)));
    stepTo(fresh * 1_000);
    expect(cache.get('k')?.stale).toBe(false);
    stepTo(stale * 1_000);
    expect(cache.get('k')?.stale).toBe(true);
    stepTo(last * 1_000);
    expect(cache.get('k')?.stale).toBe(true);
    stepTo(gone * 1_000);
    expect(cache.get('k')).toBeUndefined();
  });

  it('spreads refreshes from 75 to 85 percent of the lifetime', () => {
    const cache = new TokenCache(clocks);
    cache.set('k', { ...entry(tokenOf(1_000)), random: 0.5 });
    stepTo(799_999);
    expect(cache.get('k')?.stale).toBe(false);
    stepTo(800_000);
    expect(cache.get('k')?.stale).toBe(true);
  });

  it('measures the lifetime of a token from its request', () => {
    const cache = new TokenCache(clocks);
    const token = new AccessToken({
      value: 'v',
      obtainedAt: 50_000,
      receivedAt: 51_000,
      expiresAt: 60_000,
      agent,
    });
    cache.set('k', entry(token));
    stepTo(8_999);
    expect(cache.get('k')?.token).toBe(token);
    stepTo(9_000);
    expect(cache.get('k')).toBeUndefined();
  });

  it('does not postpone the refresh of a token that it does not hold', () => {
    const cache = new TokenCache(clocks);
    cache.postponeRefresh('k');
    expect(cache.get('k')).toBeUndefined();
  });

  it('is never stale if the token cannot be refreshed', () => {
    const cache = new TokenCache(clocks);
    cache.set('k', entry(tokenOf(3_600), false));
    stepTo(3_594_000);
    expect(cache.get('k')?.stale).toBe(false);
  });

  it('measures the age of a token by the clock that has advanced more', () => {
    const cache = new TokenCache(clocks);
    cache.set('k', entry(tokenOf(3_600)));
    Object.assign(clock, { wall: -3_000_000, monotonic: 3_594_999 });
    expect(cache.get('k')).toBeDefined();
    clock.monotonic = 3_595_000;
    expect(cache.get('k')).toBeUndefined();
    stepTo(0);
    cache.set('k', entry(tokenOf(3_600)));
    clock.wall = 3_595_000;
    expect(cache.get('k')).toBeUndefined();
  });

  it('does not delay a refresh when the wall clock is set back', () => {
    const cache = new TokenCache(clocks);
    cache.set('k', entry(tokenOf(3_600)));
    Object.assign(clock, { wall: 3_400_000, monotonic: 3_000_000 });
    cache.postponeRefresh('k');
    expect(cache.get('k')?.stale).toBe(false);
    Object.assign(clock, { wall: 0, monotonic: 3_005_000 });
    expect(cache.get('k')?.stale).toBe(true);
  });

  it('waits after a failed refresh', () => {
    const cache = new TokenCache(clocks);
    cache.set('k', entry(tokenOf(3_600)));
    stepTo(3_000_000);
    cache.postponeRefresh('k');
    stepTo(3_004_999);
    expect(cache.get('k')?.stale).toBe(false);
    stepTo(3_005_000);
    expect(cache.get('k')?.stale).toBe(true);
  });

  it('holds no more than 1000 tokens', () => {
    const cache = new TokenCache(clocks);
    for (let index = 0; index <= 1_000; index++) cache.set(String(index), entry(tokenOf(60)));
    expect(cache.get('0')).toBeUndefined();
    expect(cache.get('1000')).toBeDefined();
  });

  it('deletes a rejected token, but not the one that replaced it', () => {
    const cache = new TokenCache(clocks);
    const [rejected, newer] = [tokenOf(60), tokenOf(60)];
    cache.set('k', entry(newer));
    expect(cache.delete(rejected)).toBe(false);
    expect(cache.get('k')?.token).toBe(newer);
    cache.set('other', entry(rejected));
    expect(cache.delete(newer)).toBe(true);
    expect(cache.get('k')).toBeUndefined();
    expect(cache.get('other')?.token).toBe(rejected);
  });
});

describe('tokenCacheKey', () => {
  const parts = fc.array(fc.string(), { minLength: 1, maxLength: 6 });

  it('differs for different parts, wherever they are split', () => {
    fc.assert(
      fc.property(parts, parts, (one, other) => {
        fc.pre(JSON.stringify(one) !== JSON.stringify(other));
        expect(tokenCacheKey(one)).not.toBe(tokenCacheKey(other));
      }),
    );
    expect(tokenCacheKey(['a', 'bc'])).not.toBe(tokenCacheKey(['ab', 'c']));
    expect(tokenCacheKey(['a","b'])).not.toBe(tokenCacheKey(['a', 'b']));
  });

  it('does not reveal its parts', () => {
    expect(tokenCacheKey(['s3cret'])).toMatch(/^[\w-]{43}$/);
  });
});
