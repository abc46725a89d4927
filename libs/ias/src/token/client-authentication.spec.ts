import { describe, expect, it } from 'vitest';
import type { IdentityBinding } from '../binding/identity-binding.js';
import { Redacted } from '../core/redacted.js';
import { authenticateClient } from './client-authentication.js';

const binding: IdentityBinding = {
  name: 'b',
  credentialType: 'NONE',
  clientId: 'a:b',
  url: 'https://t.example',
  domains: ['example'],
};
const withSecret: IdentityBinding = {
  ...binding,
  credentialType: 'SECRET',
  clientSecret: new Redacted(':+ü %&=', 'client secret'),
};

describe('authenticateClient', () => {
  it('sends client_id alone where there is no secret', () => {
    expect(authenticateClient(binding, 'client_secret_post')).toEqual({
      parameters: [['client_id', 'a:b']],
      headers: {},
    });
  });

  it('sends the secret in the body as it is; the form encodes it', () => {
    const { parameters, headers } = authenticateClient(withSecret, 'client_secret_post');
    expect(new URLSearchParams(parameters.map(([name, value]) => [name, value])).get('client_secret')).toBe(
      ':+ü %&=',
    );
    expect(headers).toEqual({});
  });

  it('sends the secret in a header, both parts form-encoded before they are joined', () => {
    const { parameters, headers } = authenticateClient(withSecret, 'client_secret_basic');
    expect(parameters).toEqual([['client_id', 'a:b']]);
    const pair = Buffer.from(String(headers['authorization']).replace('Basic ', ''), 'base64').toString();
    expect(pair).toBe('a%3Ab:%3A%2B%C3%BC+%25%26%3D');
  });
});
