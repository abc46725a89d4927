import type { BadToken } from './bad-request.js';
import type { Forger } from './forger.js';
import { badToken } from './bad-request.js';

type Claims = Record<string, unknown>;
const now = () => Math.floor(Date.now() / 1_000);
const withClaims = (cause: string, code: BadToken['code'], claims: (forger: Forger) => Claims) =>
  badToken(cause, code, (forger) => forger.signed(claims(forger)));
const malformed = (cause: string, claims: Claims) => withClaims(cause, 'token_malformed', () => claims);
const issuer = (cause: string, iss: (issuer: string) => string) =>
  withClaims(`issuer: ${cause}`, 'token_issuer_untrusted', (forger) => ({ iss: iss(forger.issuer) }));
const audience = (cause: string, aud: (clientId: string) => unknown) =>
  withClaims(`audience: ${cause}`, 'token_audience_mismatch', ({ clientId }) => ({ aud: aud(clientId) }));
const refused = (cause: string, claims: Claims) => withClaims(cause, 'token_refused_by_tenant', () => claims);
const unsupported = (cause: string, cnf: unknown) => withClaims(cause, 'proof_unsupported', () => ({ cnf }));
/** Claims as text, so that a name can occur twice. */
const withText = (cause: string, code: BadToken['code'], extra: string) =>
  badToken(cause, code, (forger) =>
    forger.signedText(
      JSON.stringify(forger.header),
      JSON.stringify(forger.claims).replace(/\}$/, `,${extra}}`),
    ),
  );

/** The signature holds, but the token does not say what it should. */
export const CLAIMS_BAD_TOKENS: readonly BadToken[] = [
  withClaims('expired a minute ago', 'token_expired', () => ({ exp: now() - 60 })),
  withClaims('expired in 1970', 'token_expired', () => ({ exp: 0 })),
  withClaims('not valid for another minute', 'token_not_yet_valid', () => ({ nbf: now() + 60 })),
  withClaims('issued in a minute', 'token_not_yet_valid', () => ({ iat: now() + 60 })),
  withClaims('times in milliseconds', 'token_malformed', () => ({ exp: Date.now() })),
  withText('exp twice, the last of them past', 'token_expired', '"exp":1'),
  withText('exp beyond every number', 'token_malformed', '"exp":1e999'),
  malformed('no exp', { exp: undefined }),
  malformed('exp as text', { exp: '9999999999' }),
  malformed('exp null', { exp: null }),
  malformed('exp true', { exp: true }),
  malformed('exp as an array', { exp: [9_999_999_999] }),
  malformed('a negative exp', { exp: -1 }),
  malformed('nbf as text', { nbf: '0' }),
  malformed('iat as an object', { iat: {} }),

  malformed('no iss', { iss: undefined }),
  malformed('iss 5', { iss: 5 }),
  malformed('iss null', { iss: null }),
  malformed('an empty iss', { iss: '' }),
  malformed('iss as an array', { iss: ['https://localhost'] }),
  malformed('ias_iss 5', { ias_iss: 5 }),
  malformed('ias_iss null', { ias_iss: null }),
  malformed('an empty ias_iss', { ias_iss: '' }),
  issuer('another tenant', () => 'https://evil.accounts.ondemand.com'),
  issuer('the same host, another port', (iss) => iss.replace(/\d+$/, '443')),
  issuer('a slash at the end', (iss) => `${iss}/`),
  issuer('http', (iss) => iss.replace('https', 'http')),
  issuer('the scheme in upper case', (iss) => iss.replace('https', 'HTTPS')),
  issuer('the host in upper case', (iss) => iss.replace('localhost', 'LOCALHOST')),
  issuer('a dot after the host', (iss) => iss.replace('localhost', 'localhost.')),
  issuer('a subdomain', (iss) => iss.replace('localhost', 'evil.localhost')),
  issuer('a longer domain', (iss) => iss.replace('localhost', 'localhost.evil.example')),
  issuer('the issuer as user', (iss) => `${iss}@evil.example`),
  issuer('the issuer as path', (iss) => `https://evil.example/${iss}`),
  issuer('the issuer as query', (iss) => `https://evil.example/?${iss}`),
  issuer('a fragment', (iss) => `${iss}#evil`),
  issuer('a path', (iss) => `${iss}/oauth2/certs`),
  issuer('a Cyrillic letter', (iss) => iss.replace('localhost', 'l\u043ecalhost')),
  issuer('a blank before it', (iss) => ` ${iss}`),
  issuer('a line break after it', (iss) => `${iss}\n`),
  issuer('a null byte after it', (iss) => `${iss}\u0000`),
  issuer('no scheme, another host', () => 'evil.example'),
  issuer('two schemes', (iss) => `https://${iss}`),
  issuer('a bare word', () => 'localhost'),
  withClaims('ias_iss of another tenant beside the right iss', 'token_issuer_untrusted', () => ({
    ias_iss: 'https://evil.accounts.ondemand.com',
  })),
  withText('iss twice, the last of them another', 'token_issuer_untrusted', '"iss":"https://evil.example"'),

  malformed('no aud', { aud: undefined }),
  malformed('aud 5', { aud: 5 }),
  malformed('aud null', { aud: null }),
  malformed('an empty aud', { aud: '' }),
  malformed('no aud in the array', { aud: [] }),
  malformed('aud as an object', { aud: { '0': 'a' } }),
  malformed('aud in arrays of arrays', { aud: [['a']] }),
  malformed('null among the audiences', { aud: ['a', null] }),
  malformed('a thousand audiences', { aud: Array.from({ length: 101 }, (_, index) => `a${index}`) }),
  audience('somebody else', () => 'somebody-else'),
  audience('a part of the client id', (clientId) => clientId.slice(0, -1)),
  audience('the client id and more', (clientId) => `${clientId}!`),
  audience('the client id in upper case', (clientId) => clientId.toUpperCase()),
  audience('a blank after the client id', (clientId) => `${clientId} `),
  audience('several, joined by a blank', (clientId) => `other ${clientId}`),
  audience('several others', () => ['a', 'b']),
  audience('a wildcard', () => '*'),
  withText('aud twice, the last of them another', 'token_audience_mismatch', '"aud":"somebody-else"'),
  withClaims('several audiences, proven by nothing', 'token_audience_ambiguous', ({ clientId }) => ({
    aud: [clientId, 'somebody-else'],
  })),

  withClaims('a logout token', 'token_type_refused', () => ({
    events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
  })),
  withClaims('events that are null', 'token_type_refused', () => ({ events: null })),
  malformed('app_tid 5', { app_tid: 5 }),
  malformed('app_tid with a line break', { app_tid: 'a\r\nx-azp: admin' }),
  malformed('app_tid with a blank', { app_tid: 'a b' }),
  malformed('app_tid outside Latin', { app_tid: '\u6f22' }),
  malformed('an endless app_tid', { app_tid: 'a'.repeat(256) }),
  malformed('azp 5', { azp: 5 }),
  malformed('azp as an array', { azp: ['a'] }),
  malformed('azp with a line break', { azp: 'a\nb' }),
  malformed('azp_app_tid true', { azp_app_tid: true }),
  malformed('zone_uuid null', { zone_uuid: null }),
  malformed('ias_apis as text', { ias_apis: 'read' }),
  malformed('ias_apis of numbers', { ias_apis: [5] }),
  malformed('sub as an object', { sub: {} }),
  malformed('jti 5', { jti: 5 }),
  malformed('sap_id_type 5', { sap_id_type: 5 }),
  refused('app_tid of another tenant', { app_tid: 'another' }),
  refused('app_tid that imitates the cache key of xssec', { app_tid: 'T|azp=C' }),
  refused('zone_uuid of another tenant', { app_tid: undefined, zone_uuid: 'another' }),
  refused('azp the tenant does not know', { azp: 'unknown' }),
  refused('azp_app_tid of another tenant', { azp_app_tid: 'another' }),

  unsupported('an empty cnf', {}),
  unsupported('cnf null', null),
  unsupported('cnf as an array', []),
  unsupported('cnf as text', 'x5t#S256'),
  unsupported('cnf 5', 5),
  unsupported('cnf false', false),
  unsupported('cnf of DPoP', { jkt: '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I' }),
  unsupported('a whole key in cnf', { jwk: { kty: 'RSA' } }),
  unsupported('an old thumbprint in cnf', { x5t: 'AQAB' }),
  unsupported('an empty thumbprint', { 'x5t#S256': '' }),
  unsupported('thumbprints in an array', { 'x5t#S256': ['a'.repeat(43)] }),
  unsupported('a thumbprint that is a number', { 'x5t#S256': 5 }),
  unsupported('a thumbprint that is too short', { 'x5t#S256': 'a'.repeat(42) }),
  unsupported('a thumbprint with padding', { 'x5t#S256': `${'a'.repeat(43)}=` }),
  unsupported('a thumbprint in hex', { 'x5t#S256': 'ab'.repeat(32) }),
  withText('cnf under __proto__ only in name', 'proof_unsupported', '"__proto__":{"cnf":{}},"cnf":{}'),
];
