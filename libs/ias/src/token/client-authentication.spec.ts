import { describe, expect, it } from 'vitest';
import { parseIdentityBinding } from '../binding/identity-binding.parser.js';
import { authenticateClient } from './client-authentication.js';

const credentials = { clientid: 'a:b', url: 'https://t.example', domains: ['example'] };
const withSecret = parseIdentityBinding('b', { ...credentials, clientsecret: ':+ü %&=' });

describe('authenticateClient', () => {
  it('sends client_id alone where there is no secret', () => {
    const binding = parseIdentityBinding('b', credentials);
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
