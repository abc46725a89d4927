import { describe, expect, it } from 'vitest';
import { redactSecrets } from './secret-redaction.js';

const TOKEN = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl-_';
const KEY = '-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----';

describe('redactSecrets', () => {
  it.each([
    ['a token', `Bearer ${TOKEN} refused`, 'Bearer [redacted] refused'],
    ['a token without signature', 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.', '[redacted]'],
    ['a key', `key ${KEY} refused`, 'key [redacted] refused'],
    ['a key in JSON', JSON.stringify({ key: KEY }), '{"key":"[redacted]"}'],
    ['a truncated key', KEY.slice(0, 40), '[redacted]'],
    ['Basic credentials', 'got Basic Y2xpZW50OnNlY3JldA== there', 'got Basic [redacted] there'],
    ['an opaque token', 'authorization: Bearer 5f4dcc3b5aa765d6', 'authorization: Bearer [redacted]'],
    ['a secret in a form', 'a=1&client_secret=top.secret&b=2', 'a=1&client_secret=[redacted]&b=2'],
    ['an assertion in a form', 'client_assertion=opaque&b=2', 'client_assertion=[redacted]&b=2'],
    ['a secret in JSON', '{"clientsecret":"top","b":1}', '{"clientsecret":"[redacted]","b":1}'],
    ['a secret in JSON in JSON', '"{\\"password\\":\\"top\\"}"', '"{\\"password\\":\\"[redacted]\\"}"'],
    ['a secret in an object', "{ access_token: 'top', b: 1 }", "{ access_token: '[redacted]', b: 1 }"],
    [
      'a secret with a comma in it',
      '{"clientsecret":"a,b}c d","e":1}',
      '{"clientsecret":"[redacted]","e":1}',
    ],
    ['a secret with a quote in it', '{"password":"a\\"b,c","e":1}', '{"password":"[redacted]","e":1}'],
    ['a truncated secret', '{"password":"a b', '{"password":"[redacted]'],
    ['an empty secret', '{"password":"","e":1}', '{"password":"[redacted]","e":1}'],
    ['a secret with a comma in a form', 'client_secret=a,b}c&d=1', 'client_secret=[redacted]&d=1'],
    ['two secrets', `${KEY} ${TOKEN}`, '[redacted] [redacted]'],
  ])('removes %s', (_, text, expected) => {
    expect(redactSecrets(text)).toBe(expected);
  });

  it.each([
    'The call to https://backend.cert.localhost was answered with 503; try again later.',
    'WWW-Authenticate: Bearer error="invalid_token"',
    'Basic authentication is not supported; the Bearer token is missing.',
    'The property clientsecret: expected text. The assertion: missing.',
  ])('changes nothing else: %s', (text) => {
    expect(redactSecrets(text)).toBe(text);
  });
});
