import { beforeEach, describe, expect, it } from 'vitest';
import { RedactedToken } from '../../core/redacted.js';
import { Clocks } from '../../core/clocks.js';
import { Freshness } from './freshness.js';
import { maxBytesWithin, VerifiedTokenCache } from './verified-token-cache.js';
import type { VerifiedToken } from './verified-token-cache.js';

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
  const verified = (
    jwt: string,
    relied: { token?: number; keySet?: number; verdict?: number } = {},
    claims: object = { sub: 'a' },
  ) =>
    ({
      authentication: { token: new RedactedToken(jwt, 'https://t'), claims },
      freshness: freshness(relied.token),
      keySet: { freshness: freshness(relied.keySet) },
      verdict: { freshness: freshness(relied.verdict) },
    }) as VerifiedToken;

  it('returns a token that it holds', () => {
    const token = verified('a');
    cache.set(token);
    expect(cache.get('a')).toBe(token);
    expect(cache.get('b')).toBeUndefined();
  });

  it('returns nothing for another token with the end of a signature that it knows', () => {
    const signature = 'x'.repeat(342);
    cache.set(verified(`header.claims.${signature}`));
    expect(cache.get(`header.claims.${signature}`)).toBeDefined();
    expect(cache.get(`header.others.${signature}`)).toBeUndefined();
    expect(cache.get(`header.claims.y${signature.slice(1)}`)).toBeUndefined();
    expect(cache.get(signature.slice(-43))).toBeUndefined();
  });

  it.each([[{ token: 1_000 }], [{ keySet: 1_000 }], [{ verdict: 1_000 }]])(
    'does not return a token after %j',
    (relied) => {
      cache.set(verified('a', relied));
      now = 1_999;
      expect(cache.get('a')).toBeDefined();
      now = 2_000;
      expect(cache.get('a')).toBeUndefined();
    },
  );

  const countKept = (count: number, length: number, claims?: object) => {
    const jwts = Array.from({ length: count }, (_, index) => `${index}`.padStart(length, 'x'));
    for (const jwt of jwts) cache.set(verified(jwt, {}, claims));
    return jwts.filter((jwt) => cache.get(jwt)).length;
  };

  it('has room for 5 000 tokens of ordinary size', () => {
    const claims = {
      ias_iss: 'https://tenant.accounts.ondemand.com',
      sub: '00000000-0000-4000-8000-000000000000',
      app_tid: '00000000-0000-4000-8000-000000000000',
      aud: ['00000000-0000-4000-8000-000000000000'],
      ias_apis: ['read', 'write'],
      cnf: { 'x5t#S256': 'A'.repeat(43) },
    };
    expect(countKept(5_000, 1_000, claims)).toBe(5_000);
  });

  it.each([
    [0, 14],
    [112, 112 / 18],
    [512, 14],
    [2 ** 43, 14],
  ])('takes of a container with %d MiB at most %d', (limit, share) => {
    expect(maxBytesWithin(limit * 2 ** 20)).toBeCloseTo(share * 2 ** 20);
  });

  it('holds tokens whose claims are numbers, booleans and null', () => {
    expect(countKept(30, 1_000, { a: null, b: true, c: Array.from({ length: 25_000 }, () => 0) })).toBe(30);
  });

  it('holds fewer long tokens', () => {
    expect(countKept(3_000, 8_192)).toBeLessThan(1_800);
  });

  it.each([
    ['long claims', { a: 'x'.repeat(400_000) }],
    ['many members', { a: Array.from({ length: 25_000 }, () => 0) }],
    ['many objects', { a: Array.from({ length: 6_000 }, () => ({})) }],
    ['many names', Object.fromEntries(Array.from({ length: 8_000 }, (_, index) => [`${index}`, 0]))],
  ])('holds fewer tokens with %s', (_, claims) => {
    expect(countKept(60, 1_000, claims)).toBeLessThan(60);
  });
});
