import { constants, sign } from 'node:crypto';
import type { BadToken } from './bad-request.js';
import type { Forger } from './forger.js';
import { badToken } from './bad-request.js';
import { encode } from './forger.js';

const invalid = (cause: string, forge: (forger: Forger) => string) =>
  badToken(cause, 'token_signature_invalid', forge);
const replaceSignature = (token: string, signature: (old: Buffer) => Buffer) => {
  const [header = '', payload = '', old = ''] = token.split('.');
  return `${header}.${payload}.${encode(signature(Buffer.from(old, 'base64url')))}`;
};
const unsigned = ({ header, claims }: Forger) =>
  `${encode(JSON.stringify(header))}.${encode(JSON.stringify(claims))}`;

/** Everything is right but the signature. */
export const SIGNATURE_BAD_TOKENS: readonly BadToken[] = [
  invalid('one bit changed', ({ token }) =>
    replaceSignature(token, (old) =>
      Buffer.from(old.map((byte, index) => (index === 100 ? byte ^ 1 : byte))),
    ),
  ),
  invalid('a byte missing', ({ token }) => replaceSignature(token, (old) => old.subarray(1))),
  invalid('a byte too many', ({ token }) =>
    replaceSignature(token, (old) => Buffer.concat([old, Buffer.of(0)])),
  ),
  invalid('a zero before it', ({ token }) =>
    replaceSignature(token, (old) => Buffer.concat([Buffer.of(0), old])),
  ),
  invalid('all zeros', ({ token }) => replaceSignature(token, () => Buffer.alloc(256))),
  invalid('all ones', ({ token }) => replaceSignature(token, () => Buffer.alloc(256, 0xff))),
  invalid('the number one', ({ token }) =>
    replaceSignature(token, () => Buffer.concat([Buffer.alloc(255), Buffer.of(1)])),
  ),
  invalid('one byte', ({ token }) => replaceSignature(token, () => Buffer.of(1))),
  invalid('four thousand bytes', ({ token }) => replaceSignature(token, () => Buffer.alloc(4_000, 1))),
  invalid('that of another token', (forger) => {
    const [, , signature = ''] = forger.signed({ jti: 'another' }).split('.');
    return `${unsigned(forger)}.${signature}`;
  }),
  invalid('a changed payload', (forger) => {
    const [header = '', , signature = ''] = forger.token.split('.');
    return `${header}.${encode(JSON.stringify({ ...forger.claims, ias_apis: ['admin'] }))}.${signature}`;
  }),
  invalid('a changed header', (forger) => {
    const [, payload = '', signature = ''] = forger.token.split('.');
    return `${encode(JSON.stringify({ ...forger.header, typ: 'JWT' }))}.${payload}.${signature}`;
  }),
  invalid('the same JSON with a blank', (forger) => {
    const [header = '', , signature = ''] = forger.token.split('.');
    return `${header}.${encode(` ${JSON.stringify(forger.claims)}`)}.${signature}`;
  }),
  invalid('a signature over the payload alone', (forger) => {
    const signature = sign('sha256', Buffer.from(encode(JSON.stringify(forger.claims))), forger.privateKey);
    return `${unsigned(forger)}.${encode(signature)}`;
  }),
  invalid('a signature over the decoded parts', (forger) => {
    const plain = `${JSON.stringify(forger.header)}.${JSON.stringify(forger.claims)}`;
    return `${unsigned(forger)}.${encode(sign('sha256', Buffer.from(plain), forger.privateKey))}`;
  }),
  invalid(
    'another hash',
    (forger) =>
      `${unsigned(forger)}.${encode(sign('sha512', Buffer.from(unsigned(forger)), forger.privateKey))}`,
  ),
  invalid(
    'SHA-1',
    (forger) =>
      `${unsigned(forger)}.${encode(sign('sha1', Buffer.from(unsigned(forger)), forger.privateKey))}`,
  ),
  invalid('another padding', (forger) =>
    forger.signedWith(
      { key: forger.privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 },
      JSON.stringify(forger.header),
      JSON.stringify(forger.claims),
    ),
  ),
];
