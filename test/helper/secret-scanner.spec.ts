import { generateKeyPairSync } from 'node:crypto';
import { Agent } from 'node:https';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { SecretScanner } from './secret-scanner.js';

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const token = [
  encode({ alg: 'RS256' }),
  encode({ sub: 'client', aud: 'backend' }),
  'c2lnbmF0dXJl'.repeat(6),
].join('.');
const opaque = 'opaque-access-token-0123456789';
const secret = 'a:secret+with/ü and more';
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = privateKey.export({ type: 'pkcs1', format: 'pem' }) as string;
const pkcs8 = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;

const scanner = new SecretScanner();
scanner.addToken(token);
scanner.addToken(opaque);
scanner.addCredentials({ key: pem, clientid: 'client', clientsecret: secret });

/** Typical ways to leak a secret. */
const LEAKS: readonly [string, unknown][] = [
  ['a token in a sentence', `The token ${token} is refused.`],
  ['a token in a header', { headers: { authorization: `Bearer ${token}` } }],
  ['a JWT that the scanner does not know', `${encode({ alg: 'none' })}.${encode({})}.`],
  ['the payload of a token', token.split('.')[1]],
  ['the end of a token', `…${token.slice(-45)}`],
  ['the signature of a token', { detail: `signature ${token.split('.')[2]}` }],
  ['an opaque token', ['x', { deep: { deeper: opaque } }]],
  ['a token in an error', Object.assign(new Error('refused'), { request: { token } })],
  ['a token in the cause of an error', new Error('refused', { cause: new Error(token) })],
  ['a token in a hidden property', Object.defineProperty({}, 'token', { value: token, enumerable: false })],
  ['a token in a Map', new Map([['token', token]])],
  ['a key', pem],
  ['a key in JSON', JSON.stringify({ key: pem })],
  ['a key without its PEM header, footer and line breaks', pem.replaceAll(/-----[^-]+-----|\n/g, '')],
  ['a line of a key', pem.split('\n')[5]],
  ['a key that the scanner does not know', pkcs8],
  ['an agent with a key', inspect(new Agent({ key: pem }), { depth: 9 })],
  ['a private JWK', privateKey.export({ format: 'jwk' })],
  ['a client secret', `client ${secret}`],
  [
    'a client secret in a form',
    new URLSearchParams({ client_id: 'c', client_secret: 'anything' }).toString(),
  ],
  [
    'a client secret in a Basic header',
    `Basic ${Buffer.from('client:a%3Asecret%2Bwith%2F%C3%BC+and+more').toString('base64')}`,
  ],
  ['a client secret in base64', Buffer.from(secret).toString('base64')],
];

describe('SecretScanner', () => {
  it.each(LEAKS)('finds %s', (_, leak) => {
    expect(scanner.findIn(leak)).not.toEqual([]);
  });

  it.each<[string, unknown]>([
    ['a thumbprint', { 'x5t#S256': 'm'.repeat(43) }],
    ['a certificate', '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----'],
    ['the name of a method', 'client_secret_post'],
    ['a URL', 'https://localhost:4443/oauth2/token?client_id=c'],
    ['a redacted token', { token: '[access token]', form: 'client_secret=[redacted]' }],
    ['nothing', undefined],
  ])('ignores %s', (_, harmless) => {
    expect(scanner.findIn(harmless)).toEqual([]);
  });
});
