import { describe, expect, it } from 'vitest';
import type { IdentityBinding } from '../binding/identity-binding.js';
import { RedactedToken } from '../core/redacted.js';
import { clientCredentialsRequest, exchangeRequest } from './token-request.js';

const T = 'https://t.example';
const binding = { url: T, clientId: 'C' } as IdentityBinding;

describe('clientCredentialsRequest', () => {
  it('requests a token of the app itself', () => {
    expect(clientCredentialsRequest(binding, {})).toEqual({
      tenant: T,
      grantType: 'client_credentials',
      parameters: [],
      identity: ['client_credentials'],
      usableUntil: Number.POSITIVE_INFINITY,
      refreshable: true,
    });
  });

  it('requests it for the tenant that the caller names, else for that of the binding', () => {
    const named = { ...binding, appTid: 'bound' };
    expect(clientCredentialsRequest(named, {}).parameters).toEqual([['app_tid', 'bound']]);
    expect(clientCredentialsRequest(named, { appTid: 'x' }).parameters).toEqual([['app_tid', 'x']]);
    expect(clientCredentialsRequest(binding, { appTid: 'x' }).identity).toEqual([
      'client_credentials',
      'app_tid',
      'x',
    ]);
  });

  it('is the same request for the same resources in another order', () => {
    const request = clientCredentialsRequest(binding, { resource: ['urn:b', 'urn:a', 'urn:b'] });
    expect(request.parameters).toEqual([
      ['resource', 'urn:a'],
      ['resource', 'urn:b'],
    ]);
    expect(clientCredentialsRequest(binding, { resource: ['urn:a', 'urn:b'] })).toEqual(request);
    expect(clientCredentialsRequest(binding, { resource: 'urn:a' }).parameters).toEqual([
      ['resource', 'urn:a'],
    ]);
  });
});

describe('exchangeRequest', () => {
  const jwt = (claims: object) => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`;
  const exchange = (claims: object, options: Parameters<typeof exchangeRequest>[1] = {}) =>
    exchangeRequest(new RedactedToken(jwt(claims), T), options);

  it('requests a JWT at the tenant that issued the user token, until that expires', () => {
    const { identity, ...request } = exchange({ exp: 100, app_tid: 'A' }, { resource: 'urn:a' });
    expect(request).toEqual({
      tenant: T,
      grantType: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      parameters: [
        ['assertion', jwt({ exp: 100, app_tid: 'A' })],
        ['token_format', 'jwt'],
        ['refresh_expiry', '0'],
        ['app_tid', 'A'],
        ['resource', 'urn:a'],
      ],
      usableUntil: 100_000,
      refreshable: false,
    });
    expect(identity).toEqual([
      'jwt-bearer',
      T,
      expect.stringMatching(/^[\w-]{43}$/),
      'app_tid',
      'A',
      'resource',
      'urn:a',
    ]);
  });

  it('has another identity for another user token, tenant or resource', () => {
    const identities = [
      exchange({ exp: 1 }),
      exchange({ exp: 2 }),
      exchange({ exp: 1 }, { appTid: 'B' }),
      exchange({ exp: 1 }, { resource: 'urn:a' }),
    ].map(({ identity }) => JSON.stringify(identity));
    expect(new Set(identities).size).toBe(4);
  });

  it('prefers the tenant that the caller names', () => {
    expect(exchange({ exp: 1, app_tid: 'A' }, { appTid: 'B' }).identity).toContain('B');
  });

  it.each([{}, { exp: '100', app_tid: 7 }])('does not use the claims %j', (claims) => {
    const { usableUntil, parameters } = exchange(claims);
    expect(usableUntil).toBe(0);
    expect(parameters.map(([name]) => name)).toEqual(['assertion', 'token_format', 'refresh_expiry']);
  });
});
