import { describe, expect, it } from 'vitest';
import { redactSecrets } from './secret.redaction.js';

const TOKEN = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl-_';
const KEY = '-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----';

describe('redactSecrets', () => {
  it.each([
    ['a token', `Bearer ${TOKEN} refused`, 'Bearer [redacted] refused'],
    ['a token without signature', 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.', '[redacted]'],
    ['a key', `key ${KEY} refused`, 'key [redacted] refused'],
    ['a key in JSON', JSON.stringify({ key: KEY }), '{"key":"[redacted]"}'],
    ['a key that was cut off', KEY.slice(0, 40), '[redacted]'],
    ['two of them', `${KEY} ${TOKEN}`, '[redacted] [redacted]'],
  ])('takes out %s', (_, text, expected) => {
    expect(redactSecrets(text)).toBe(expected);
  });

  it('leaves everything else', () => {
    const text = 'The call to https://backend.cert.localhost was answered with 503; try again later.';
    expect(redactSecrets(text)).toBe(text);
  });
});
