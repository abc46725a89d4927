import { describe, expect, it } from 'vitest';
import { containsToken, withoutTokens } from './token-text.js';

const encode = (text: string) => Buffer.from(text).toString('base64url');
const HEADER = encode('{"alg":"RS256"}');

describe('containsToken', () => {
  it.each([
    ['a JWS', `${HEADER}.${encode('{}')}.c2ln`],
    ['a JWE without a key', `${HEADER}..aXY.Y2lwaGVy.dGFn`],
    ['a header with a blank', `${encode('{ "alg":"RS256"}')}.e30.`],
    ['a JWS in a text', `x="${HEADER}.e30.c2ln", y`],
  ])('finds %s', (_, text) => {
    expect(containsToken(text)).toBe(true);
  });

  it.each(['https://eyewear-shop.accounts.ondemand.com', 'abc.def.ghi', HEADER, 'ey.J'])(
    'does not take %s for a token',
    (text) => {
      expect(containsToken(text)).toBe(false);
    },
  );
});

describe('withoutTokens', () => {
  it('replaces every JWT, and a known token of any format', () => {
    const text = `a ${HEADER}.e30.c2ln b ${HEADER}..aXY.x.y c opaque-token d`;
    expect(withoutTokens(text, 'opaque-token')).toBe('a [token] b [token] c [token] d');
  });
});
