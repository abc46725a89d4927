import { generateKeyPairSync, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { PresentedToken } from '../token/token.gate.js';
import { KeySet } from './key-set.js';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const weak = generateKeyPairSync('rsa', { modulusLength: 1_024 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const jwk = (kid: string, { publicKey }: { publicKey: KeyObject }, more: object = {}) => ({
  ...publicKey.export({ format: 'jwk' }),
  kid,
  ...more,
});
const token = (alg: string, kid: string, signature: Buffer) =>
  ({ header: { alg, kid }, signingInput: 'a.b', signature }) as PresentedToken;
const signed = (privateKey: KeyObject) => sign('sha256', Buffer.from('a.b'), privateKey);

describe('KeySet', () => {
  it('skips entries that cannot be used and keeps the others', () => {
    const set = KeySet.from(
      [
        null,
        {},
        { kty: 'XYZ', kid: 'unknown' },
        { kty: 'oct', k: 'AQAB', kid: 'secret' },
        jwk('encryption', rsa, { use: 'enc' }),
        jwk('wrapping', rsa, { key_ops: ['wrapKey'] }),
        { ...jwk('nameless', rsa), kid: undefined },
        { kty: 'RSA', kid: 'half', n: 'AQAB' },
        jwk('good', rsa, { key_ops: ['verify'] }),
      ],
      0,
    );
    expect(set.jwks.map(({ kid }) => kid)).toEqual(['good']);
  });

  it('verifies a signature with the key of its kid', () => {
    const set = KeySet.from([jwk('r', rsa), jwk('e', ec)], 0);
    expect(set.hasSigned(token('RS256', 'r', signed(rsa.privateKey)))).toBe(true);
    expect(set.hasSigned(token('RS256', 'r', Buffer.from('forged')))).toBe(false);
    expect(set.hasSigned(token('RS256', '__proto__', signed(rsa.privateKey)))).toBe(false);
  });

  it('wants an algorithm that fits the kind, the strength and the purpose of the key', () => {
    const set = KeySet.from([jwk('r', rsa, { alg: 'RS512' }), jwk('e', ec), jwk('w', weak)], 0);
    const ecSignature = sign('sha256', Buffer.from('a.b'), { key: ec.privateKey, dsaEncoding: 'ieee-p1363' });
    expect(set.hasSigned(token('RS256', 'r', signed(rsa.privateKey)))).toBe(false);
    expect(set.hasSigned(token('ES256', 'r', signed(rsa.privateKey)))).toBe(false);
    expect(set.hasSigned(token('RS256', 'e', ecSignature))).toBe(false);
    expect(set.hasSigned(token('ES384', 'e', ecSignature))).toBe(false);
    expect(set.hasSigned(token('ES256', 'e', ecSignature))).toBe(true);
    expect(set.hasSigned(token('RS256', 'w', signed(weak.privateKey)))).toBe(false);
  });

  it('is equal to a set of the same keys', () => {
    const one = KeySet.from([jwk('r', rsa), jwk('e', ec)], 0);
    expect(one.equals(KeySet.from([jwk('e', ec), jwk('r', rsa)], 1))).toBe(true);
    expect(one.equals(KeySet.from([jwk('r', rsa)], 1))).toBe(false);
    expect(one.equals(KeySet.from([jwk('e', rsa), jwk('r', ec)], 1))).toBe(false);
  });
});
