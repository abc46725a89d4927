import { describe, expect, it } from 'vitest';
import { RandomReplacementCache } from './random-replacement-cache.js';

/** Mulberry32: the same numbers on each run. */
function seeded(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d_2b_79_f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const kept = (cache: RandomReplacementCache<number>, keys: readonly string[]) =>
  keys.filter((key) => cache.get(key) !== undefined);

describe('RandomReplacementCache', () => {
  it('returns what it holds, and the newer of two values', () => {
    const cache = new RandomReplacementCache<number>(10);
    cache.set('a', 1, 5);
    cache.set('b', 2, 5);
    cache.set('a', 3, 5);
    expect(kept(cache, ['a', 'b', 'c'])).toEqual(['a', 'b']);
    expect(cache.get('a')).toBe(3);
  });

  it('evicts as many entries as a new one needs, and counts each entry once', () => {
    const cache = new RandomReplacementCache<number>(10, () => 0);
    for (const key of ['a', 'b', 'c', 'd', 'e']) cache.set(key, 1, 2);
    cache.set('f', 1, 5);
    expect(kept(cache, ['a', 'b', 'c', 'd', 'e', 'f'])).toEqual(['b', 'c', 'f']);
    cache.set('f', 1, 6);
    expect(kept(cache, ['b', 'c', 'f'])).toEqual(['b', 'c', 'f']);
  });

  it('evicts a random entry', () => {
    for (const [random, evicted] of [
      [0, 'a'],
      [0.5, 'b'],
      [0.99, 'c'],
    ] as const) {
      const cache = new RandomReplacementCache<number>(3, () => random);
      for (const key of ['a', 'b', 'c', 'd']) cache.set(key, 1, 1);
      expect(kept(cache, ['a', 'b', 'c', 'd'])).toEqual(
        ['a', 'b', 'c', 'd'].filter((key) => key !== evicted),
      );
    }
  });

  it('does not hold a value that is too large, nor the earlier value of its key', () => {
    const cache = new RandomReplacementCache<number>(10);
    cache.set('a', 1, 4);
    cache.set('b', 2, 4);
    cache.set('a', 3, 11);
    expect(kept(cache, ['a', 'b'])).toEqual(['b']);
  });

  it('holds a value of exactly its limit', () => {
    const cache = new RandomReplacementCache<number>(10);
    cache.set('a', 1, 10);
    expect(cache.get('a')).toBe(1);
    cache.set('b', 2, 10);
    expect(kept(cache, ['a', 'b'])).toEqual(['b']);
  });

  it.each([
    [1_000, 1],
    [1_050, 0.85],
    [1_200, 0.6],
    [2_000, 0.15],
  ])('has hits if callers use %d entries in turn and 1 000 fit, at least a share of %d', (count, share) => {
    const cache = new RandomReplacementCache<number>(1_000, seeded(1));
    let hits = 0;
    const rounds = 20;
    for (let round = 0; round <= rounds; round += 1) {
      for (let index = 0; index < count; index += 1) {
        if (cache.get(`${index}`) === undefined) cache.set(`${index}`, index, 1);
        else hits += 1;
      }
    }
    expect(hits / (rounds * count)).toBeGreaterThanOrEqual(share);
  });
});
