import { describe, expect, it } from 'vitest';
import { effectiveIssuer, isTenantOrigin } from './3-issuer.js';

describe('effectiveIssuer', () => {
  it.each([
    [{ iss: 'https://t.example' }, 'https://t.example'],
    [{ iss: 't.example' }, 'https://t.example'],
    [{ iss: 'https://custom.example', ias_iss: 'https://t.example' }, 'https://t.example'],
    [{ iss: 'http://t.example' }, 'http://t.example'],
    [{ iss: 'HTTPS://t.example/' }, 'HTTPS://t.example/'],
  ])('of %j is %s', (claims, issuer) => {
    expect(effectiveIssuer(claims)).toBe(issuer);
  });
});

const binding = { domains: ['accounts.example', 'localhost:4443'] };

describe('isTenantOrigin', () => {
  it.each(['https://a.accounts.example', 'https://accounts.example', 'https://localhost:4443'])(
    'is true for %s',
    (issuer) => expect(isTenantOrigin(issuer, binding)).toBe(true),
  );

  it.each([
    'https://a.accounts.example/',
    'https://a.accounts.example/oauth2',
    'https://a.accounts.example?x',
    'https://a.accounts.example#x',
    'https://a.accounts.example:443',
    'https://a.accounts.example:8443',
    'https://A.accounts.example',
    'https://a.accounts.example.',
    'https://user@a.accounts.example',
    'https://evil.example\\@a.accounts.example',
    'https://aaccounts.example',
    'https://a.accounts.example.evil.example',
    'https://a%2Eaccounts.example',
    'https://ä.accounts.example',
    'https:a.accounts.example',
    'http://a.accounts.example',
    'ftp://a.accounts.example',
    'a.accounts.example',
    'https://',
    '',
  ])('is false for %j', (issuer) => expect(isTenantOrigin(issuer, binding)).toBe(false));
});
