import crypto, { constants, generateKeyPairSync, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ParsedToken } from '../checks/2-token-format.js';
import { KeySet } from './key-set.js';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const otherRsa = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const weak = generateKeyPairSync('rsa', { modulusLength: 1_024 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const setOf = (...entries: unknown[]) => KeySet.from(entries);
const jwk = (kid: string, { publicKey }: { publicKey: KeyObject }, more: object = {}) => ({
  ...publicKey.export({ format: 'jwk' }),
  kid,
  ...more,
});
const token = (alg: string, kid: string, signature: Buffer) =>
  ({ header: { alg, kid }, signingInput: 'a.b', signature }) as ParsedToken;
const signed = (privateKey: KeyObject) => sign('sha256', Buffer.from('a.b'), privateKey);
const ecSigned = sign('sha256', Buffer.from('a.b'), { key: ec.privateKey, dsaEncoding: 'ieee-p1363' });
const changed = (parameter: string | undefined, change: (bytes: Buffer) => void) => {
  const bytes = Buffer.from(parameter ?? '', 'base64url');
  change(bytes);
  return bytes.toString('base64url');
};
const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
const exponent = (value: number) =>
  Buffer.from(value.toString(16).padStart(8, '0'), 'hex').toString('base64url');

describe('KeySet', () => {
  afterEach(() => {
    vi.restoreAllMocks();
    syncBuiltinESMExports();
  });

  it('ignores unusable entries and keeps the others', () => {
    const unusable = [
      jwk('encryption', rsa, { use: 'enc' }),
      jwk('wrapping', rsa, { key_ops: ['wrapKey'] }),
      { kty: 'RSA', kid: 'half', n: 'AQAB' },
    ];
    const set = setOf(null, {}, ...unusable, jwk('good', rsa, { key_ops: ['verify'] }));
    expect(unusable.map(({ kid }) => set.has(kid))).toEqual([false, false, false]);
    expect(set.has('good')).toBe(true);
    expect(set.has('unknown')).toBe(false);
  });

  it.each<[string, unknown]>([
    ['null', null],
    ['text', 'RSA'],
    ['an object without parameters', {}],
    ['a key of an unknown type', { kty: 'XYZ', kid: 'unknown' }],
    ['a secret', { kty: 'oct', k: 'AQAB', kid: 'secret' }],
    ['a key without a kid', { ...jwk('nameless', rsa), kid: undefined }],
  ])('is empty with nothing but %s', (_, entry) => {
    expect(setOf(entry).isEmpty).toBe(true);
    expect(setOf(entry, jwk('good', rsa)).isEmpty).toBe(false);
  });

  it.each([
    ['lists of lists', nested(2)],
    ['lists too deep to be read', nested(100_000)],
    ['objects', '{"a":1}'],
  ])('leaves out %s, which are no parameters of keys', (_, json) => {
    const set = setOf(jwk('k', rsa, { more: JSON.parse(json) as unknown, x5c: ['a'] }));
    const signer = set.signerOf(token('RS256', 'k', signed(rsa.privateKey)));
    expect(signer).toEqual(jwk('k', rsa, { x5c: ['a'] }));
  });

  it('creates a key when a token first names it, and only once', () => {
    const created = vi.spyOn(crypto, 'createPublicKey');
    syncBuiltinESMExports();
    const set = setOf(jwk('a', rsa), jwk('b', ec), jwk('c', otherRsa));
    expect(set.equals(setOf(jwk('a', rsa)))).toBe(false);
    expect(created).not.toHaveBeenCalled();
    for (const _ of [1, 2]) expect(set.has('b')).toBe(true);
    expect(set.signerOf(token('ES256', 'b', ecSigned))).toEqual(jwk('b', ec));
    expect(created).toHaveBeenCalledTimes(1);
  });

  it.each<[string, object]>([
    ['an exponent of 1, with which anyone can sign', jwk('k', rsa, { e: exponent(1) })],
    ['an even exponent', jwk('k', rsa, { e: exponent(65_538) })],
    ['an exponent of 3', jwk('k', rsa, { e: exponent(3) })],
    ['an exponent just below 65537', jwk('k', rsa, { e: exponent(65_535) })],
    [
      'an even modulus',
      jwk('k', rsa, { n: changed(jwk('k', rsa).n, (n) => n.writeUInt8(n.readUInt8(255) - 1, 255)) }),
    ],
    ['a modulus of 1024 bits', jwk('k', weak)],
    [
      'a modulus of 1024 bits in the length of a longer one',
      jwk('k', weak, { n: changed(jwk('k', weak).n, () => undefined).padStart(344, 'A') }),
    ],
    [
      'a modulus of more than 8192 bits',
      jwk('k', rsa, { n: Buffer.concat([Buffer.of(1), Buffer.alloc(1_024, 255)]).toString('base64url') }),
    ],
    [
      'an exponent of more than 32 bits',
      jwk('k', rsa, { e: Buffer.of(1, 0, 0, 0, 1).toString('base64url') }),
    ],
    [
      'a point that is not on its curve',
      jwk('k', ec, { y: changed(jwk('k', ec).y, (y) => y.writeUInt8(y.readUInt8(31) ^ 1, 31)) }),
    ],
    ['a point with a coordinate of zero', jwk('k', ec, { x: 'A'.repeat(43), y: 'A'.repeat(43) })],
    ['a curve without an algorithm here', jwk('k', generateKeyPairSync('ec', { namedCurve: 'secp256k1' }))],
    ['a kind of key without an algorithm here', jwk('k', generateKeyPairSync('ed25519'))],
  ])('does not use a key with %s', (_, entry) => {
    expect(setOf(entry).has('k')).toBe(false);
  });

  it.each([65_539, 2 ** 32 - 1])('uses a key with the odd exponent %i', (value) => {
    expect(setOf(jwk('k', rsa, { e: exponent(value) })).has('k')).toBe(true);
  });

  it('uses a key with a modulus of 8192 bits', () => {
    const n = Buffer.alloc(1_024, 255).toString('base64url');
    expect(setOf(jwk('k', rsa, { n })).has('k')).toBe(true);
  });

  it('finds the key that made a signature by its kid', () => {
    const set = setOf(jwk('r', rsa), jwk('e', ec));
    expect(set.signerOf(token('RS256', 'r', signed(rsa.privateKey)))).toEqual(jwk('r', rsa));
    expect(set.signerOf(token('RS256', 'r', Buffer.from('forged')))).toBeUndefined();
    expect(set.signerOf(token('RS256', '__proto__', signed(rsa.privateKey)))).toBeUndefined();
  });

  it.each([
    [{ kid: '' }, false],
    [{ kid: 'k'.repeat(255) }, true],
    [{ kid: 'k'.repeat(256) }, false],
    [{ kid: 1 }, false],
    [{ use: 'sig' }, true],
    [{ use: 'enc' }, false],
    [{ key_ops: [] }, false],
    [{ key_ops: ['sign', 'verify'] }, true],
    [{ alg: 1 }, false],
  ])('reads an entry with %j: %j', (more, isUsable) => {
    const entry = jwk('k', rsa, more);
    expect(setOf(entry).has(entry.kid)).toBe(isUsable);
  });

  const ecOf = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve });
  const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };
  it.each([
    ['RS256', rsa, {}],
    ['RS384', rsa, {}],
    ['RS512', rsa, {}],
    ['PS256', rsa, pss],
    ['PS384', rsa, pss],
    ['PS512', rsa, pss],
    ['ES256', ec, { dsaEncoding: 'ieee-p1363' }],
    ['ES384', ecOf('P-384'), { dsaEncoding: 'ieee-p1363' }],
    ['ES512', ecOf('P-521'), { dsaEncoding: 'ieee-p1363' }],
  ] as const)('verifies a signature of %s, and no other', (alg, pair, options) => {
    const set = setOf(jwk('k', pair));
    const signature = sign(`sha${alg.slice(2)}`, Buffer.from('a.b'), { key: pair.privateKey, ...options });
    expect(set.signerOf(token(alg, 'k', signature))).toEqual(jwk('k', pair));
    const others = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512'];
    for (const other of others.filter((name) => name !== alg)) {
      expect(set.signerOf(token(other, 'k', signature))).toBeUndefined();
    }
  });

  it('rejects PSS with a salt of another length than its digest (RFC 7518 §3.5)', () => {
    const options = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 20 };
    const signature = sign('sha256', Buffer.from('a.b'), { key: rsa.privateKey, ...options });
    expect(setOf(jwk('k', rsa)).signerOf(token('PS256', 'k', signature))).toBeUndefined();
  });

  it.each(['ES384', 'ES512', 'RS256', 'PS256'])('does not use a key of P-256 for %s', (alg) => {
    const digest = `sha${alg.slice(2)}`;
    const set = setOf(jwk('k', ec));
    for (const dsaEncoding of ['ieee-p1363', 'der'] as const) {
      const signature = sign(digest, Buffer.from('a.b'), { key: ec.privateKey, dsaEncoding });
      expect(set.signerOf(token(alg, 'k', signature))).toBeUndefined();
    }
  });

  it('rejects a signature of ECDSA in DER', () => {
    expect(setOf(jwk('k', ec)).signerOf(token('ES256', 'k', signed(ec.privateKey)))).toBeUndefined();
  });

  it('requires an algorithm that fits the type and the purpose of the key', () => {
    const set = setOf(jwk('r', rsa, { alg: 'RS512' }), jwk('e', ec));
    expect(set.signerOf(token('RS256', 'r', signed(rsa.privateKey)))).toBeUndefined();
    expect(set.signerOf(token('ES256', 'r', signed(rsa.privateKey)))).toBeUndefined();
    expect(set.signerOf(token('RS256', 'e', ecSigned))).toBeUndefined();
    expect(set.signerOf(token('ES384', 'e', ecSigned))).toBeUndefined();
    expect(set.signerOf(token('ES256', 'e', ecSigned))).toEqual(jwk('e', ec));
  });

  describe('with several keys of one kid', () => {
    const keys = [jwk('k', otherRsa), jwk('k', rsa, { alg: 'RS512' }), jwk('k', ec), jwk('k', rsa)];

    it.each([keys, keys.toReversed()])('uses the key that fits, in any order', (...entries) => {
      const set = setOf(...entries);
      expect(set.signerOf(token('ES256', 'k', ecSigned))).toEqual(jwk('k', ec));
      expect(set.signerOf(token('RS256', 'k', signed(rsa.privateKey)))).toEqual(jwk('k', rsa));
      expect(set.signerOf(token('RS256', 'k', signed(otherRsa.privateKey)))).toEqual(jwk('k', otherRsa));
    });

    it('uses the first ten of them', () => {
      const others = (count: number) => Array.from({ length: count }, () => jwk('k', otherRsa));
      const fromRsa = token('RS256', 'k', signed(rsa.privateKey));
      expect(setOf(...others(9), jwk('k', rsa)).signerOf(fromRsa)).toEqual(jwk('k', rsa));
      expect(setOf(...others(10), jwk('k', rsa)).signerOf(fromRsa)).toBeUndefined();
    });
  });

  it('is equal to a set of the same keys', () => {
    const one = setOf(jwk('r', rsa), jwk('e', ec));
    expect(one.equals(setOf(jwk('e', ec), jwk('r', rsa)))).toBe(true);
    expect(one.equals(setOf(jwk('r', rsa)))).toBe(false);
    expect(setOf(jwk('r', rsa)).equals(one)).toBe(false);
    expect(one.equals(setOf(jwk('r', rsa), jwk('f', ec)))).toBe(false);
    expect(one.equals(setOf(jwk('r', otherRsa), jwk('e', ec)))).toBe(false);
    expect(one.equals(setOf(jwk('e', rsa), jwk('r', ec)))).toBe(false);
    expect(one.equals(setOf(jwk('r', rsa, { alg: 'RS512' }), jwk('e', ec)))).toBe(false);
  });
});
