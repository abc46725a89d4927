import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TokenRequestError } from '../errors/ias-error.js';
import { parseTokenResponse } from './token-response.js';

const tenant = 'https://tenant.example';
const jwt = (claims: unknown) => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`;
const good = { access_token: jwt({ iat: 100, exp: 3_700 }), token_type: 'Bearer', expires_in: 3_600 };

describe('parseTokenResponse', () => {
  it('uses the shorter of expires_in and exp − iat', () => {
    const parse = (change: object) =>
      parseTokenResponse(JSON.stringify({ ...good, ...change }), tenant, 200).lifetime;
    expect(parse({})).toBe(3_600);
    expect(parse({ expires_in: 60 })).toBe(60);
    // beyond the range of Date
    expect(parse({ access_token: 'opaque', expires_in: Number.MAX_SAFE_INTEGER })).toBe(315_360_000);
    expect(parse({ access_token: jwt({ iat: 100, exp: 200 }) })).toBe(100);
    expect(parse({ access_token: 'opaque' })).toBe(3_600);
  });

  it('reads the confirmation claim', () => {
    const body = { ...good, access_token: jwt({ cnf: { 'x5t#S256': 'abc' } }) };
    expect(parseTokenResponse(JSON.stringify(body), tenant, 200).confirmation).toBe('abc');
  });

  it('returns the token', () => {
    expect(parseTokenResponse(JSON.stringify(good), tenant, 200)).toEqual({
      status: 200,
      accessToken: good.access_token,
      lifetime: 3_600,
      confirmation: undefined,
    });
  });

  it.each([
    ['one of exp and iat', jwt({ exp: 50 })],
    ['iat without exp', jwt({ iat: 50 })],
    ['two parts', jwt({ iat: 1, exp: 2 }).split('.').slice(0, 2).join('.')],
    ['a payload that is not JSON', 'a.b.c'],
  ])('uses expires_in for a token with %s', (_, access_token) => {
    expect(parseTokenResponse(JSON.stringify({ ...good, access_token }), tenant, 200).lifetime).toBe(3_600);
  });

  it.each([
    [
      'the token',
      { access_token: undefined },
      'its token response is unusable: access_token is missing or invalid',
    ],
    [
      'the lifetime',
      { expires_in: undefined },
      'its token response is unusable: expires_in is missing or invalid',
    ],
    ['the type', { token_type: 'mac' }, 'it issued a token of a type other than Bearer'],
    ['the dates', { access_token: jwt({ iat: 9, exp: 9 }) }, 'it issued an expired token'],
    ['the claims', { access_token: jwt({ cnf: 'text' }) }, 'it issued a token with invalid claims'],
  ])('says what is wrong with %s', (_, change, text) => {
    expect(() => parseTokenResponse(JSON.stringify({ ...good, ...change }), tenant, 200)).toThrow(
      `No access token from ${tenant}: ${text}; check "url" in the binding.`,
    );
  });

  it('says that the body is unusable', () => {
    expect(() => parseTokenResponse('null', tenant, 200)).toThrow('unusable: the body is missing or invalid');
  });

  it('accepts the type in any case', () => {
    expect(parseTokenResponse(JSON.stringify({ ...good, token_type: 'BEARER' }), tenant, 200).lifetime).toBe(
      3_600,
    );
  });

  it.each([
    ['not JSON', '<html>', 'token_response_malformed'],
    ['empty', '', 'token_response_malformed'],
    ['null', 'null', 'token_response_malformed'],
    ['an array', '[]', 'token_response_malformed'],
    ['without a token', { access_token: undefined }, 'token_response_malformed'],
    ['with an empty token', { access_token: '' }, 'token_response_malformed'],
    ['with a token of another type', { access_token: 5 }, 'token_response_malformed'],
    ['with a token that breaks out of the header', { access_token: 'a\r\nx: y' }, 'token_response_malformed'],
    ['without expires_in', { expires_in: undefined }, 'token_response_malformed'],
    ['with a negative expires_in', { expires_in: -1 }, 'token_response_malformed'],
    ['with expires_in 0', { expires_in: 0 }, 'token_response_malformed'],
    ['with expires_in as text', { expires_in: '3600' }, 'token_response_malformed'],
    ['without token_type', { token_type: undefined }, 'token_response_malformed'],
    ['with token_type MAC', { token_type: 'mac' }, 'token_type_unsupported'],
    [
      'with a token that expired before it was issued',
      { access_token: jwt({ iat: 9, exp: 5 }) },
      'token_response_malformed',
    ],
    ['with invalid claims', { access_token: jwt({ cnf: 'text' }) }, 'token_response_malformed'],
    ['with claims that are null', { access_token: jwt(null) }, 'token_response_malformed'],
  ])('rejects a response %s', (_, change, code) => {
    const body = typeof change === 'string' ? change : JSON.stringify({ ...good, ...change });
    expect(() => parseTokenResponse(body, tenant, 200)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(tenant) }),
    );
  });

  it('turns any text into a token or a typed error', () => {
    const value = fc.oneof(fc.string(), fc.double(), fc.jsonValue());
    const body = fc.oneof(
      fc.string(),
      fc.json(),
      fc.record({ access_token: value, token_type: value, expires_in: value }).map((o) => JSON.stringify(o)),
    );
    fc.assert(
      fc.property(body, (text) => {
        expect(outcomeOf(() => parseTokenResponse(text, tenant, 200).lifetime > 0)).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });
});

/** @returns true for the expected result and for a typed error */
function outcomeOf(parse: () => boolean): boolean {
  try {
    return parse();
  } catch (error) {
    return error instanceof TokenRequestError;
  }
}
