import { deflateRawSync, gzipSync } from 'node:zlib';
import type { BadToken } from './bad-request.js';
import type { Forger } from './token-forger.js';
import { badToken } from './bad-request.js';
import { encode } from './token-forger.js';

const malformed = (cause: string, forge: (forger: Forger) => string) =>
  badToken(cause, 'token_malformed', forge);
/** A token with a valid signature and other content as payload. */
const withPayload = (cause: string, payload: (forger: Forger) => string | Buffer) =>
  malformed(cause, (forger) => forger.signedText(JSON.stringify(forger.header), payload(forger)));
const withHeader = (cause: string, header: (forger: Forger) => string | Buffer) =>
  malformed(cause, (forger) => forger.signedText(header(forger), JSON.stringify(forger.claims)));
const parts = (token: string) => token.split('.') as [string, string, string];

/** Values after `Bearer` that are not a JWT in the compact serialization, or resemble one. */
export const TOKEN_SHAPE_BAD_TOKENS: readonly BadToken[] = [
  malformed('one part', () => 'abc'),
  malformed('a dot', () => '.'),
  malformed('two dots', () => '..'),
  malformed('two parts', ({ token }) => parts(token).slice(0, 2).join('.')),
  malformed('a signature that was cut off', ({ token }) => `${parts(token).slice(0, 2).join('.')}.`),
  malformed('no header', ({ token }) => `.${parts(token).slice(1).join('.')}`),
  malformed('no payload', ({ token }) => `${parts(token)[0]}..${parts(token)[2]}`),
  malformed('a fourth part', ({ token }) => `${token}.AQAB`),
  malformed('an empty fourth part', ({ token }) => `${token}.`),
  malformed('five parts, like an encrypted token', ({ token }) => `${token}.AQAB.AQAB`),
  malformed('a dot before the token', ({ token }) => `.${token}`),
  malformed('quotes around the token', ({ token }) => `"${token}"`),
  malformed('a semicolon and a parameter', ({ token }) => `${token};v=1`),
  malformed('a disclosure part, as in SD-JWT', ({ token }) => `${token}~`),
  malformed('a PASETO token', ({ claims }) => `v4.public.${encode(JSON.stringify(claims))}`),
  malformed('parts encoded twice', ({ token }) => parts(token).map(encode).join('.')),
  malformed('parts in hex', ({ token }) =>
    parts(token)
      .map((part) => Buffer.from(part, 'base64url').toString('hex'))
      .join('.'),
  ),
  malformed('alg none and no signature', ({ claims }) => {
    return `${encode('{"alg":"none","kid":"attack-suite"}')}.${encode(JSON.stringify(claims))}.`;
  }),
  malformed('an empty signature in quotes', ({ token }) => `${parts(token).slice(0, 2).join('.')}.""`),
  malformed('padding', ({ token }) => `${token}==`),
  malformed('padding of the payload', ({ token }) => parts(token).join('=.')),
  malformed('the other base64 alphabet', ({ token }) => `${token.slice(0, -4)}+/+/`),
  malformed('a character that decoders skip', ({ token }) => `${token.slice(0, -4)}!${token.slice(-4)}`),
  malformed('a percent-encoded line break', ({ token }) => `${token}%0A`),
  malformed('a percent-encoded dot', ({ token }) => token.replace('.', '%2E')),
  malformed('a null byte, percent-encoded', ({ token }) => `${token}%00`),
  malformed('a byte above ASCII', ({ token }) => `${token}\u00ff`),
  malformed('another encoding of the last byte', ({ token }) => {
    // 256 bytes end in a group of one byte, so four bits of the last character are unused.
    const next = { A: 'B', Q: 'R', g: 'h', w: 'x' }[token.slice(-1)] ?? 'B';
    return `${token.slice(0, -1)}${next}`;
  }),
  malformed('one character too many', ({ token }) => `${token}AAA`),
  malformed('the JSON serialization', ({ token }) => {
    const [protectedHeader, payload, signature] = parts(token);
    return encode(JSON.stringify({ payload, protected: protectedHeader, signature }));
  }),
  malformed('the general JSON serialization with two signatures', ({ token }) => {
    const [protectedHeader, payload, signature] = parts(token);
    const signatures = [
      { protected: protectedHeader, signature: 'AQAB' },
      { protected: protectedHeader, signature },
    ];
    return encode(JSON.stringify({ payload, signatures }));
  }),
  malformed('JSON that is not encoded', () => '{"alg":"none"}.{}.x'),
  withHeader('a header that is not JSON', () => 'alg=RS256'),
  withHeader('a header in single quotes', ({ header }) => JSON.stringify(header).replaceAll('"', "'")),
  withHeader('a header with a comment', ({ header }) => `/**/${JSON.stringify(header)}`),
  withHeader('a header with a trailing comma', ({ header }) => JSON.stringify(header).replace('}', ',}')),
  withHeader('a header with text after it', ({ header }) => `${JSON.stringify(header)}x`),
  withHeader('a header after a byte order mark', ({ header }) => `\ufeff${JSON.stringify(header)}`),
  withHeader('two headers, one after the other', ({ header }) => JSON.stringify(header).repeat(2)),
  withHeader('a compressed header', ({ header }) => gzipSync(JSON.stringify(header))),
  withHeader('a header with a no-break space', ({ header }) => `\u00a0${JSON.stringify(header)}`),
  withHeader('a header that is nested too deeply', () => '{"alg":'.repeat(800)),
  withHeader('a header with its parameters under __proto__', ({ header }) => {
    return `{"__proto__":${JSON.stringify(header)}}`;
  }),
  withHeader('a header that is null', () => 'null'),
  withHeader('a header that is an array', ({ header }) => JSON.stringify([header])),
  withHeader('a header that is a number', () => '5'),
  withHeader('a header that is a string', ({ header }) => JSON.stringify(JSON.stringify(header))),
  withHeader('a header in UTF-16', ({ header }) => Buffer.from(JSON.stringify(header), 'utf16le')),
  withPayload('a payload that is not JSON', () => 'sub=me'),
  withPayload('a payload that is null', () => 'null'),
  withPayload('a payload that is an array', ({ claims }) => JSON.stringify([claims])),
  withPayload('a payload that is true', () => 'true'),
  withPayload('a payload that is a string', ({ claims }) => JSON.stringify(JSON.stringify(claims))),
  withPayload('a payload that is another token', ({ token }) => token),
  withPayload('a payload that is not UTF-8', ({ claims }) =>
    Buffer.concat([
      Buffer.from(JSON.stringify(claims).slice(0, -1)),
      Buffer.from([0x2c, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]),
    ]),
  ),
  withPayload('a payload with an overlong encoding', ({ claims }) =>
    Buffer.concat([
      Buffer.from(JSON.stringify(claims).slice(0, -1)),
      Buffer.from([0x2c, 0x22, 0xc0, 0xae, 0x22, 0x3a, 0x31, 0x7d]),
    ]),
  ),
  withPayload('a payload with surrogates in UTF-8', ({ claims }) =>
    Buffer.concat([
      Buffer.from(JSON.stringify(claims).slice(0, -1)),
      Buffer.from([0x2c, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x3a, 0x31, 0x7d]),
    ]),
  ),
  withPayload('a payload in Latin-1', ({ claims }) =>
    Buffer.from(JSON.stringify({ ...claims, x: '\u00e9' }), 'latin1'),
  ),
  withPayload('a payload in UTF-16', ({ claims }) => Buffer.from(JSON.stringify(claims), 'utf16le')),
  withPayload('a payload after a byte order mark', ({ claims }) => `\ufeff${JSON.stringify(claims)}`),
  withPayload('a compressed payload', ({ claims }) => deflateRawSync(JSON.stringify(claims))),
  withPayload('a payload in the form of a query', ({ claims }) => {
    return new URLSearchParams(claims as Record<string, string>).toString();
  }),
  withPayload('a payload of binary claims, as in CWT', () =>
    Buffer.from('a4016363776a0263646d6f041a5612aeb0', 'hex'),
  ),
  withPayload('a payload with a null byte after it', ({ claims }) => `${JSON.stringify(claims)}\u0000`),
  withPayload('a payload with a raw line break in a string', ({ claims }) =>
    JSON.stringify({ ...claims, jti: 'a-b' }).replace('a-b', 'a\nb'),
  ),
  withPayload('two payloads, one after the other', ({ claims }) => JSON.stringify(claims).repeat(2)),
  withPayload('a payload with the number NaN', ({ claims }) =>
    JSON.stringify(claims).replace(/"exp":\d+/, '"exp":NaN'),
  ),
  withPayload('a payload with a number in hex', ({ claims }) =>
    JSON.stringify(claims).replace(/"exp":\d+/, '"exp":0xffffffff'),
  ),
  withPayload('a payload with a number that starts with zero', ({ claims }) =>
    JSON.stringify(claims).replace('"exp":', '"exp":0'),
  ),
  withPayload('a payload with its claims under __proto__', ({ claims }) => {
    return `{"__proto__":${JSON.stringify(claims)}}`;
  }),
  withPayload('claims in another case', ({ claims }) =>
    JSON.stringify(
      Object.fromEntries(Object.entries(claims).map(([name, value]) => [name.toUpperCase(), value])),
    ),
  ),
  withPayload('a claim whose name ends in a null byte', ({ claims: { exp, ...others } }) =>
    JSON.stringify({ ...others, 'exp\u0000': exp }),
  ),
  withPayload('a truncated payload', ({ claims }) => JSON.stringify(claims).slice(0, -1)),
  withPayload('an empty object as payload', () => '{}'),
  withPayload('thousands of nested arrays', () => `${'['.repeat(2_500)}${']'.repeat(2_500)}`),
  withPayload('a payload with unterminated nesting', () => '{"a":'.repeat(800)),
];
