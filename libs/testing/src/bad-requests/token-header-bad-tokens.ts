import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { thumbprintOf } from '../parsed-certificate.js';
import type { BadToken } from './bad-request.js';
import type { Forger } from './token-forger.js';
import { badToken } from './bad-request.js';
import { encode } from './token-forger.js';

type Parameters = Record<string, unknown>;
const withHeader = (cause: string, code: BadToken['code'], header: Parameters) =>
  badToken(cause, code, (forger) => forger.signed({}, header));
const algorithm = (cause: string, alg: unknown) => withHeader(cause, 'token_algorithm_refused', { alg });
const malformed = (cause: string, header: Parameters) => withHeader(cause, 'token_malformed', header);
const type = (typ: string) => withHeader(`typ ${typ}`, 'token_type_refused', { typ });
const critical = (cause: string, header: Parameters) => withHeader(cause, 'token_header_refused', header);
const unknownKey = (cause: string, kid: string) => withHeader(cause, 'token_key_unknown', { kid });

/** A token that an unpublished key signed, with that key in its header. */
const selfSigned = (cause: string, header: (forger: Forger) => Parameters) =>
  badToken(cause, 'token_signature_invalid', (forger) =>
    forger.signedWith(
      forger.strangersKey.privateKey,
      JSON.stringify({ ...forger.header, ...header(forger) }),
      JSON.stringify(forger.claims),
    ),
  );

/** A MAC whose secret is public, e.g. the published key. */
const mac = (cause: string, secret: (forger: Forger) => string | Buffer) =>
  badToken(cause, 'token_algorithm_refused', (forger) => {
    const header = JSON.stringify({ ...forger.header, alg: 'HS256' });
    const input = `${encode(header)}.${encode(JSON.stringify(forger.claims))}`;
    return `${input}.${createHmac('sha256', secret(forger)).update(input).digest('base64url')}`;
  });

/** Tokens whose header is invalid, or tries to control the verification. */
export const TOKEN_HEADER_BAD_TOKENS: readonly BadToken[] = [
  algorithm('alg none', 'none'),
  algorithm('alg None', 'None'),
  algorithm('alg nOnE', 'nOnE'),
  algorithm('an empty alg', ''),
  algorithm('alg in lower case', 'rs256'),
  algorithm('alg with a space', 'RS256 '),
  algorithm('alg with a null byte', 'RS256\u0000'),
  algorithm('alg in full-width letters', '\uff32\uff33256'),
  algorithm('alg with its Java name', 'SHA256withRSA'),
  algorithm('alg HS512', 'HS512'),
  algorithm('alg ES256K', 'ES256K'),
  algorithm('alg RSA-OAEP of an encrypted token', 'RSA-OAEP'),
  algorithm('alg dir of an encrypted token', 'dir'),
  withHeader('a password with an excessive iteration count', 'token_algorithm_refused', {
    alg: 'PBES2-HS256+A128KW',
    enc: 'A128GCM',
    p2s: 'AQAB',
    p2c: 2_147_483_647,
  }),
  algorithm('alg __proto__', '__proto__'),
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
  mac('a MAC keyed with the published key as DER', ({ publicKey }) =>
    publicKey.export({ type: 'spki', format: 'der' }),
  ),
  mac('a MAC keyed with the modulus', ({ publicKey }) => publicKey.export({ format: 'jwk' }).n ?? ''),
  mac('a MAC keyed with the client id', ({ clientId }) => clientId),
  mac('a MAC keyed with a zero byte', () => '\u0000'),
  mac('a MAC keyed with an empty secret', () => ''),
  badToken('a MAC keyed with the embedded jwk', 'token_algorithm_refused', (forger) => {
    const jwk = { kty: 'oct', k: encode('known') };
    const header = encode(JSON.stringify({ ...forger.header, alg: 'HS256', jwk }));
    const input = `${header}.${encode(JSON.stringify(forger.claims))}`;
    return `${input}.${createHmac('sha256', 'known').update(input).digest('base64url')}`;
  }),
  badToken('an EC signature of zeros', 'token_algorithm_refused', (forger) => {
    const header = encode(JSON.stringify({ ...forger.header, alg: 'ES256' }));
    return `${header}.${encode(JSON.stringify(forger.claims))}.${encode(Buffer.alloc(64))}`;
  }),
  badToken('an EC signature by an unpublished key', 'token_algorithm_refused', (forger) => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const input = `${encode(JSON.stringify({ ...forger.header, alg: 'ES256' }))}.${encode(JSON.stringify(forger.claims))}`;
    return `${input}.${encode(sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' }))}`;
  }),
  badToken('alg twice, the last one none', 'token_algorithm_refused', (forger) =>
    forger.signedText('{"alg":"RS256","kid":"attack-suite","alg":"none"}', JSON.stringify(forger.claims)),
  ),
  badToken('alg twice, once with an escape in its name', 'token_algorithm_refused', (forger) =>
    forger.signedText(
      '{"alg":"RS256","kid":"attack-suite","\\u0061lg":"none"}',
      JSON.stringify(forger.claims),
    ),
  ),
  badToken('kid twice, the last one unknown', 'token_key_unknown', (forger) =>
    forger.signedText('{"alg":"RS256","kid":"attack-suite","kid":"x"}', JSON.stringify(forger.claims)),
  ),
  badToken('crit under __proto__ beside an empty crit', 'token_header_refused', (forger) =>
    forger.signedText(
      '{"alg":"RS256","kid":"attack-suite","__proto__":{"crit":["x"]},"crit":[]}',
      JSON.stringify(forger.claims),
    ),
  ),
  malformed('an overlong alg', { alg: 'RS256'.repeat(10) }),
  malformed('alg true', { alg: true }),
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
  malformed('kid with half a surrogate pair', { kid: '\ud800' }),
  malformed('kid true', { kid: true }),
  malformed('kid with a shell command', { kid: 'attack-suite; sleep 9' }),
  malformed('kid with SQL', { kid: "x' UNION SELECT 'key" }),
  malformed('kid outside ASCII', { kid: '\u0430ttack-suite' }),
  malformed('a kid of 256 characters', { kid: 'k'.repeat(256) }),
  malformed('typ 5', { typ: 5 }),
  malformed('typ null', { typ: null }),
  malformed('typ as an array', { typ: ['JWT'] }),
  malformed('an overlong typ', { typ: 'JWT'.repeat(30) }),
  unknownKey('an unpublished kid', '3b1c7c5e-0000-4000-8000-000000000000'),
  unknownKey('a kid in another case', 'ATTACK-SUITE'),
  unknownKey('a kid that is a path', '../../../../dev/null'),
  unknownKey('a kid that is a URL', 'https://evil.example/key.pem'),
  unknownKey('a kid with a percent-encoded null byte', 'attack-suite%00'),
  unknownKey('a kid that is a template', '${7*7}'),
  unknownKey('a kid that is an LDAP filter', '*)(kid=*'),
  unknownKey('a kid that is an array index', '0'),
  unknownKey('kid __proto__', '__proto__'),
  unknownKey('kid constructor', 'constructor'),
  unknownKey('kid toString', 'toString'),
  type('logout+jwt'),
  type('dpop+jwt'),
  type('secevent+jwt'),
  type('application/json'),
  type(''),
  type('JOSE+JSON'),
  type('JWE'),
  type('vc+sd-jwt'),
  type('oauth-authz-req+jwt'),
  type('token-introspection+jwt'),
  type('client-authentication+jwt'),
  type('at+jwt\u0000'),
  type('at+\uff4awt'),
  type('JWT; charset=utf-8'),
  critical('crit with an unknown extension', { crit: ['x'], x: 1 }),
  critical('crit with a known claim', { crit: ['exp'], exp: 1 }),
  critical('crit that is empty', { crit: [] }),
  critical('crit that is null', { crit: null }),
  critical('crit that is text', { crit: 'b64' }),
  critical('crit with an object', { crit: {} }),
  critical('crit with a registered parameter', { crit: ['alg'] }),
  critical('crit with a confirmation', { crit: ['cnf'], cnf: {} }),
  critical('an unencoded payload', { crit: ['b64'], b64: false }),
  selfSigned('a signature by an unpublished key under a published kid', () => ({})),
  selfSigned('an embedded jwk', ({ strangersKey }) => ({
    jwk: strangersKey.publicKey.export({ format: 'jwk' }),
  })),
  selfSigned('an embedded jwk under the published kid', ({ strangersKey, header }) => ({
    jwk: { ...strangersKey.publicKey.export({ format: 'jwk' }), kid: header.kid, alg: 'RS256', use: 'sig' },
  })),
  badToken('an embedded jwk and its kid', 'token_key_unknown', (forger) => {
    const jwk = { ...forger.strangersKey.publicKey.export({ format: 'jwk' }), kid: 'stranger' };
    return forger.signedWith(
      forger.strangersKey.privateKey,
      JSON.stringify({ ...forger.header, kid: 'stranger', jwk }),
      JSON.stringify(forger.claims),
    );
  }),
  selfSigned('a jku that starts like the issuer', ({ issuer }) => ({
    jku: `${issuer}@evil.localhost/certs`,
  })),
  selfSigned('a jku in the local network', () => ({ jku: 'http://169.254.169.254/latest/meta-data' })),
  selfSigned('a jku that is a file', () => ({ jku: 'file:///dev/zero' })),
  selfSigned('a jku with a data URL', ({ strangersKey }) => ({
    jku: `data:application/json,${JSON.stringify(strangersKey.publicKey.export({ format: 'jwk' }))}`,
  })),
  selfSigned('a thumbprint of another certificate', ({ otherCertificate }) => ({
    'x5t#S256': thumbprintOf(otherCertificate),
  })),
  selfSigned('a jku of the attacker', () => ({ jku: 'https://evil.localhost/oauth2/certs' })),
  selfSigned('an x5u of the attacker', () => ({ x5u: 'https://evil.localhost/chain.pem' })),
  selfSigned('an x5c of the attacker', ({ otherCertificate }) => ({
    x5c: [otherCertificate.raw.toString('base64')],
  })),
];
