import { describe, expect, it } from 'vitest';
import { isRedirectAllowed } from './redirect-uris.js';

describe('isRedirectAllowed', () => {
  it.each([
    ['https://app.example:443/login/*', 'https://app.example/login/x'],
    ['https://app.example:443/login/*', 'https://app.example:443/login/x'],
    ['https://app.example/login/*', 'https://app.example:443/login/x'],
    ['http://app.example:80/*', 'http://app.example/x'],
    ['HTTPS://App.Example/*', 'https://app.example/x?y=1'],
    ['https://app.example/*', 'HTTPS://APP.EXAMPLE/x'],
    ['https://app.example/a/../*', 'https://app.example/x'],
    ['https://app.example/a b/*', 'https://app.example/a b/x'],
    ['https://bücher.example/*', 'https://xn--bcher-kva.example/x'],
    ['https://app.example:8443/*', 'https://app.example:8443/'],
  ])('%s allows %s', (allowed, uri) => {
    expect(isRedirectAllowed(uri, ['https://other.example/', allowed])).toBe(true);
  });

  it.each([
    ['https://app.example:443/*', 'https://app.example:8443/x'],
    ['https://app.example:443/*', 'http://app.example/x'],
    ['https://app.example/*', 'https://app.example.evil.example/x'],
    ['https://app.example/*', 'https://app.example@evil.example/x'],
    ['https://app.example/Login/*', 'https://app.example/login/x'],
    ['https://app.example/login/*', 'https://app.example/login/%2e%2e/x'],
    ['/*', 'https://app.example/x'],
    ['*/*', 'https://app.example/x'],
    // RFC 3986 §6.2.1 (simple string comparison), as OpenID Connect Core §3.1.2.1 demands.
    ['https://app.example:443/x', 'https://app.example/x'],
    ['https://app.example/x', 'https://app.example/X'],
  ])('%s does not allow %s', (allowed, uri) => {
    expect(isRedirectAllowed(uri, [allowed])).toBe(false);
  });

  it.each([
    ['http://localhost:1234/x', true],
    ['https://app.localhost/x', true],
    ['http://127.0.0.1/x', true],
    ['https://app.example/x', false],
    ['javascript:alert(1)', false],
    ['https://localhost/#fragment', false],
    ['not a URI', false],
  ])('without configured URIs, %s: %s', (uri, expected) => {
    expect(isRedirectAllowed(uri, undefined)).toBe(expected);
  });
});
