import { constants, createHash, privateEncrypt, sign } from 'node:crypto';
import type { BadToken } from './bad-request.js';
import type { Forger } from './token-forger.js';
import { badToken } from './bad-request.js';
import { encode } from './token-forger.js';

const invalid = (cause: string, forge: (forger: Forger) => string) =>
  badToken(cause, 'token_signature_invalid', forge);
const replaceSignature = (token: string, signature: (old: Buffer) => Buffer) => {
  const [header = '', payload = '', old = ''] = token.split('.');
  return `${header}.${payload}.${encode(signature(Buffer.from(old, 'base64url')))}`;
};
const unsigned = ({ header, claims }: Forger) =>
  `${encode(JSON.stringify(header))}.${encode(JSON.stringify(claims))}`;

/** The DigestInfo prefix of SHA-256 (RFC 8017 §9.2), with and without the algorithm parameters. */
const DIGEST_INFO = Buffer.from('3031300d060960864801650304020105000420', 'hex');
const DIGEST_INFO_WITHOUT_PARAMETERS = Buffer.from('302f300b06096086480165030402010420', 'hex');

/** Signs a block that violates RFC 8017 §9.2 but that lax verifiers accept (CVE-2006-4339). */
function blockSigned(forger: Forger, prefix: Buffer, tail = Buffer.alloc(0)): string {
  const digest = createHash('sha256').update(unsigned(forger)).digest();
  const content = Buffer.concat([Buffer.of(0), prefix, digest, tail]);
  const block = Buffer.concat([Buffer.of(0, 1), Buffer.alloc(254 - content.length, 0xff), content]);
  const signature = privateEncrypt({ key: forger.privateKey, padding: constants.RSA_NO_PADDING }, block);
  return `${unsigned(forger)}.${encode(signature)}`;
}

/** Tokens that are valid except for the signature. */
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
  invalid('a leading zero', ({ token }) =>
    replaceSignature(token, (old) => Buffer.concat([Buffer.of(0), old])),
  ),
  invalid('all zeros', ({ token }) => replaceSignature(token, () => Buffer.alloc(256))),
  invalid('all ones', ({ token }) => replaceSignature(token, () => Buffer.alloc(256, 0xff))),
  invalid('the number one', ({ token }) =>
    replaceSignature(token, () => Buffer.concat([Buffer.alloc(255), Buffer.of(1)])),
  ),
  invalid('one byte', ({ token }) => replaceSignature(token, () => Buffer.of(1))),
  invalid('four thousand bytes', ({ token }) => replaceSignature(token, () => Buffer.alloc(4_000, 1))),
  invalid('the signature of another token', (forger) => {
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
  invalid('the same JSON with a space', (forger) => {
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
  invalid('short padding and a tail', (forger) => blockSigned(forger, DIGEST_INFO, Buffer.alloc(100, 1))),
  invalid('a digest without its algorithm', (forger) => blockSigned(forger, Buffer.alloc(0))),
  invalid('a digest whose algorithm lacks its parameters', (forger) =>
    blockSigned(forger, DIGEST_INFO_WITHOUT_PARAMETERS),
  ),
  invalid('the signature plus the modulus', ({ token, publicKey }) =>
    replaceSignature(token, (old) => {
      const modulus = Buffer.from(publicKey.export({ format: 'jwk' }).n ?? '', 'base64url');
      const sum = BigInt(`0x${old.toString('hex')}`) + BigInt(`0x${modulus.toString('hex')}`);
      return Buffer.from(sum.toString(16).padStart(514, '0'), 'hex');
    }),
  ),
  invalid('the bytes in reverse order', ({ token }) =>
    replaceSignature(token, (old) => Buffer.from(old.toReversed())),
  ),
  invalid('the digest instead of the signature', (forger) => {
    return `${unsigned(forger)}.${encode(createHash('sha256').update(unsigned(forger)).digest())}`;
  }),
  invalid('a payload that was signed unencoded', (forger) => {
    const header = JSON.stringify({ ...forger.header, b64: false });
    const claims = JSON.stringify(forger.claims);
    const signature = sign('sha256', Buffer.from(`${encode(header)}.${claims}`), forger.privateKey);
    return `${encode(header)}.${encode(claims)}.${encode(signature)}`;
  }),
  invalid('header and payload swapped', (forger) => {
    const [header = '', payload = '', signature = ''] = forger
      .signedText(
        JSON.stringify({ ...forger.claims, ...forger.header }),
        JSON.stringify({ ...forger.header, ...forger.claims }),
      )
      .split('.');
    return `${payload}.${header}.${signature}`;
  }),
  invalid('another padding', (forger) =>
    forger.signedWith(
      { key: forger.privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 },
      JSON.stringify(forger.header),
      JSON.stringify(forger.claims),
    ),
  ),
];
