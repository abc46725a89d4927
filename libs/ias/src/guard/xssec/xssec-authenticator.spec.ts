import { Logger } from '@nestjs/common';
import { generateKeyPairSync, sign } from 'node:crypto';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { IdentityBinding } from '../../binding/identity-binding.js';
import { parseToken } from '../checks/2-token-format.js';
import type { PublishedKey } from '../tenant/key-set.js';
import { XssecAuthenticator } from './xssec-authenticator.js';

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const key: PublishedKey = { ...publicKey.export({ format: 'jwk' }), kid: 'a' };
const encode = (content: object) => Buffer.from(JSON.stringify(content)).toString('base64url');

function issue(claims: object) {
  const exp = Math.floor(Date.now() / 1_000) + 60;
  const payload = { iss: 'https://t.example', aud: 'C', exp, ...claims };
  const input = `${encode({ alg: 'RS256', kid: 'a' })}.${encode(payload)}`;
  const jwt = `${input}.${sign('sha256', Buffer.from(input), privateKey).toString('base64url')}`;
  const binding = { clientId: 'C' } as IdentityBinding;
  return { ...parseToken(jwt, ['RS256']), issuer: 'https://t.example', binding };
}

describe('XssecAuthenticator', () => {
  const xssec = new XssecAuthenticator();
  const logged = vi.spyOn(Logger.prototype, 'error').mockReturnValue();
  afterEach(() => logged.mockClear());

  it('returns the security context of a token that xssec accepts', async () => {
    const context = await xssec.createSecurityContext(issue({ app_tid: 'T' }), key);
    expect(context.token.appTid).toBe('T');
  });

  it('rejects a token that xssec rejects, and keeps only the name of its error', async () => {
    const error: unknown = await xssec
      .createSecurityContext(issue({ exp: 1 }), key)
      .catch((thrown) => thrown);
    expect(error).toMatchObject({ code: 'token_refused', operatorDetail: 'xssec: ExpiredTokenError' });
    expect(logged).not.toHaveBeenCalled();
  });

  it('rejects a token and logs an error if xssec fails', async () => {
    const unusable = { kid: 'a', kty: 'RSA', n: 'AQAB' };
    const error: unknown = await xssec.createSecurityContext(issue({}), unusable).catch((thrown) => thrown);
    expect(error).toMatchObject({ code: 'token_refused' });
    expect(logged).toHaveBeenCalledWith(expect.stringMatching(/^xssec failed with \w+\.$/));
  });
});
