import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import type { BadToken } from './bad-request.js';
import type { Forger } from './forger.js';
import { badToken } from './bad-request.js';
import { encode } from './forger.js';

type Parameters = Record<string, unknown>;
const withHeader = (cause: string, code: BadToken['code'], header: Parameters) =>
  badToken(cause, code, (forger) => forger.signed({}, header));
const algorithm = (cause: string, alg: unknown) => withHeader(cause, 'token_algorithm_refused', { alg });
const malformed = (cause: string, header: Parameters) => withHeader(cause, 'token_malformed', header);
const type = (typ: string) => withHeader(`typ ${typ}`, 'token_type_refused', { typ });
const critical = (cause: string, header: Parameters) => withHeader(cause, 'token_header_refused', header);
const unknownKey = (cause: string, kid: string) => withHeader(cause, 'token_key_unknown', { kid });

/** A token whose header brings along the stranger's key that signed it. */
const selfSigned = (cause: string, header: (forger: Forger) => Parameters) =>
  badToken(cause, 'token_signature_invalid', (forger) =>
    forger.signedWith(
      forger.strangersKey.privateKey,
      JSON.stringify({ ...forger.header, ...header(forger) }),
      JSON.stringify(forger.claims),
    ),
  );

/** A MAC whose secret everybody knows: the published key. */
const mac = (cause: string, secret: (forger: Forger) => string) =>
  badToken(cause, 'token_algorithm_refused', (forger) => {
    const header = JSON.stringify({ ...forger.header, alg: 'HS256' });
    const input = `${encode(header)}.${encode(JSON.stringify(forger.claims))}`;
    return `${input}.${createHmac('sha256', secret(forger)).update(input).digest('base64url')}`;
  });

/** The header is wrong, or tries to choose how the token is verified. */
export const TOKEN_HEADER_BAD_TOKENS: readonly BadToken[] = [
  algorithm('alg none', 'none'),
  algorithm('alg None', 'None'),
  algorithm('alg nOnE', 'nOnE'),
  algorithm('an empty alg', ''),
  algorithm('alg in lower case', 'rs256'),
  algorithm('alg with a blank', 'RS256 '),
  algorithm('alg RS512', 'RS512'),
  algorithm('alg RS1', 'RS1'),
  algorithm('alg PS256', 'PS256'),
  algorithm('alg ES256 on an RSA key', 'ES256'),
  algorithm('alg EdDSA', 'EdDSA'),
  algorithm('alg constructor', 'constructor'),
  mac('a MAC keyed with the published key as PEM', ({ publicKey }) =>
    publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  ),
  mac('a MAC keyed with the published key as JWK', ({ publicKey }) =>
    JSON.stringify(publicKey.export({ format: 'jwk' })),
  ),
  mac('a MAC keyed with nothing', () => ''),
  badToken('an EC signature by a key of one’s own', 'token_algorithm_refused', (forger) => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const input = `${encode(JSON.stringify({ ...forger.header, alg: 'ES256' }))}.${encode(JSON.stringify(forger.claims))}`;
    return `${input}.${encode(sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' }))}`;
  }),
  badToken('alg twice, the last of them none', 'token_algorithm_refused', (forger) =>
    forger.signedText('{"alg":"RS256","kid":"attack-suite","alg":"none"}', JSON.stringify(forger.claims)),
  ),
  malformed('no alg', { alg: undefined }),
  malformed('alg 5', { alg: 5 }),
  malformed('alg null', { alg: null }),
  malformed('alg as an array', { alg: ['RS256'] }),
  malformed('alg as an object', { alg: { toString: 'RS256' } }),
  malformed('no kid', { kid: undefined }),
  malformed('an empty kid', { kid: '' }),
  malformed('kid 5', { kid: 5 }),
  malformed('kid null', { kid: null }),
  malformed('kid as an array', { kid: ['attack-suite'] }),
  malformed('kid as an object', { kid: {} }),
  malformed('kid with a line break', { kid: 'a\nWARN forged log line' }),
  malformed('kid with a null byte', { kid: 'attack-suite\u0000' }),
  malformed('kid with SQL', { kid: "x' UNION SELECT 'key" }),
  malformed('kid outside ASCII', { kid: '\u0430ttack-suite' }),
  malformed('a kid of 256 characters', { kid: 'k'.repeat(256) }),
  malformed('typ 5', { typ: 5 }),
  unknownKey('a kid nobody publishes', '3b1c7c5e-0000-4000-8000-000000000000'),
  unknownKey('a kid in another case', 'ATTACK-SUITE'),
  unknownKey('a kid that is a path', '../../../../dev/null'),
  unknownKey('a kid that is a URL', 'https://evil.example/key.pem'),
  unknownKey('kid __proto__', '__proto__'),
  unknownKey('kid constructor', 'constructor'),
  unknownKey('kid toString', 'toString'),
  type('logout+jwt'),
  type('dpop+jwt'),
  type('secevent+jwt'),
  type('application/json'),
  type('JWT; charset=utf-8'),
  critical('crit with an unknown extension', { crit: ['x'], x: 1 }),
  critical('crit with a known claim', { crit: ['exp'], exp: 1 }),
  critical('crit that is empty', { crit: [] }),
  critical('crit that is null', { crit: null }),
  critical('crit that is text', { crit: 'b64' }),
  critical('an unencoded payload', { crit: ['b64'], b64: false }),
  selfSigned('a signature by a stranger under a published kid', () => ({})),
  selfSigned('an embedded jwk', ({ strangersKey }) => ({
    jwk: strangersKey.publicKey.export({ format: 'jwk' }),
  })),
  selfSigned('a jku of one’s own', () => ({ jku: 'https://evil.localhost/oauth2/certs' })),
  selfSigned('an x5u of one’s own', () => ({ x5u: 'https://evil.localhost/chain.pem' })),
  selfSigned('an x5c of one’s own', ({ otherCertificate }) => ({
    x5c: [otherCertificate.raw.toString('base64')],
  })),
];
