import { describe, expect, it } from 'vitest';
import { effectiveIssuer } from './effective-issuer.js';

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
