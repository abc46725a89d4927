import { describe, expect, it } from 'vitest';
import { parseToken } from './2-token-format.js';

const encode = (content: object) => Buffer.from(JSON.stringify(content)).toString('base64url');
const jwtOf = (header: object, claims: object) =>
  `${encode({ alg: 'RS256', kid: 'a', ...header })}.${encode({ iss: 'https://t.example', aud: 'C', exp: 1, ...claims })}.AQAB`;
const parse = (header: object, claims: object = {}) => parseToken(jwtOf(header, claims), ['RS256', 'ES256']);

describe('parseToken', () => {
  it('returns the header and the claims as they were signed', () => {
    const jwt = jwtOf({ typ: 'at+jwt', x: 1 }, { more: { levels: [1] } });
    expect(parseToken(jwt, ['RS256'])).toMatchObject({
      jwt,
      header: { alg: 'RS256', kid: 'a', typ: 'at+jwt' },
      claims: { iss: 'https://t.example', aud: 'C', exp: 1, more: { levels: [1] } },
      signingInput: jwt.slice(0, jwt.lastIndexOf('.')),
      signature: Buffer.from('AQAB', 'base64url'),
    });
  });

  it('rejects a value that is not a JWT', () => {
    expect(() => parseToken('a.b', ['RS256'])).toThrow(
      expect.objectContaining({
        code: 'token_malformed',
        operatorDetail: 'not three parts of canonical base64url',
      }),
    );
  });

  it.each([
    [{ kid: undefined }, {}, 'the header has no usable "alg" or "kid"'],
    [{ crit: [] }, {}, 'the header contains "crit"'],
    [{}, { exp: undefined }, 'a claim is missing or has the wrong type'],
    [{}, { events: {} }, 'the token contains "events"'],
  ])('tells the operator what is wrong with header %j and claims %j', (header, claims, operatorDetail) => {
    expect(() => parse(header, claims)).toThrow(expect.objectContaining({ operatorDetail }));
  });

  it.each([
    ['token_malformed', { kid: undefined }, {}],
    ['token_malformed', { kid: 'a b' }, {}],
    ['token_malformed', {}, { exp: '1' }],
    ['token_malformed', {}, { aud: [] }],
    ['token_header_refused', { crit: ['exp'] }, {}],
    ['token_algorithm_refused', { alg: 'PS256' }, {}],
    ['token_algorithm_refused', { alg: 'none' }, {}],
    ['token_type_refused', { typ: 'logout+jwt' }, {}],
    ['token_type_refused', {}, { events: {} }],
  ])('rejects with %s: header %j, claims %j', (code, header, claims) => {
    expect(() => parse(header, claims)).toThrow(expect.objectContaining({ code }));
  });

  it.each([{ typ: 'JWT' }, { typ: 'at+jwt' }, { typ: 'application/at+JWT' }, { alg: 'ES256' }])(
    'accepts header %j',
    (header) => {
      expect(parse(header).header).toMatchObject(header);
    },
  );
});
