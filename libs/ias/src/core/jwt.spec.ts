import { describe, expect, it } from 'vitest';
import { decodeCompactJws, MalformedJwtError } from './jwt.js';

const encode = (text: string) => Buffer.from(text).toString('base64url');
const header = encode('{"alg":"RS256"}');
const payload = encode('{"sub":"é"}');

describe('decodeCompactJws', () => {
  it('decodes the parts of a token', () => {
    expect(decodeCompactJws(`${header}.${payload}.AQAB`)).toEqual({
      header: { alg: 'RS256' },
      payload: { sub: 'é' },
      signingInput: `${header}.${payload}`,
      signature: Buffer.from([1, 0, 1]),
    });
  });

  it.each([
    ['one part', 'abc'],
    ['two parts', `${header}.${payload}`],
    ['four parts', `${header}.${payload}.AQAB.AQAB`],
    ['five parts', `${header}.${payload}.AQAB.AQAB.AQAB`],
    ['an empty signature', `${header}.${payload}.`],
    ['an empty payload', `${header}..AQAB`],
    ['padding', `${header}.${payload}.AQ==`],
    ['unused bits that are not zero', `${header}.${payload}.AR`],
    ['unused bits that are not zero, two bytes', `${header}.${payload}.AQB`],
    ['an impossible length', `${header}.${payload}.AQABA`],
    ['the other alphabet', `${header}.${payload}.AQ+/`],
    ['a character that decoders skip', `${header}.${payload}.AQ!AB`],
    ['a header that is not JSON', `${encode('alg=none')}.${payload}.AQAB`],
    [
      'a payload that is not UTF-8',
      `${header}.${Buffer.from([0x22, 0xff, 0x22]).toString('base64url')}.AQAB`,
    ],
    ['a byte order mark', `${encode('\ufeff{}')}.${payload}.AQAB`],
  ])('rejects %s', (_, token) => {
    expect(() => decodeCompactJws(token)).toThrow(MalformedJwtError);
  });

  it('accepts deep nesting', () => {
    const deep = encode(`${'['.repeat(4_000)}${']'.repeat(4_000)}`);
    expect(decodeCompactJws(`${header}.${deep}.AQAB`).header).toEqual({ alg: 'RS256' });
  });
});
