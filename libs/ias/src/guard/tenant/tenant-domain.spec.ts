import { describe, expect, it } from 'vitest';
import { isTenantOrigin } from './tenant-domain.js';

const binding = { domains: ['accounts.example', 'localhost:4443'] };

describe('isTenantOrigin', () => {
  it.each(['https://a.accounts.example', 'https://accounts.example', 'https://localhost:4443'])(
    'holds for %s',
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
  ])('does not hold for %j', (issuer) => expect(isTenantOrigin(issuer, binding)).toBe(false));
});
