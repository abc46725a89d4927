import { IdentityService, IdentityServiceToken } from '@sap/xssec';
import { generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { IdentityBinding } from '../../binding/identity-binding.js';
import { KeyIdentityService } from './key-identity-service.js';

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const encode = (content: object) => Buffer.from(JSON.stringify(content)).toString('base64url');

function issue(claims: object, kid = 'a'): IdentityServiceToken {
  const exp = Math.floor(Date.now() / 1_000) + 60;
  const payload = { iss: 'https://t.example', aud: 'C', exp, ...claims };
  const input = `${encode({ alg: 'RS256', kid })}.${encode(payload)}`;
  return new IdentityServiceToken(
    `${input}.${sign('sha256', Buffer.from(input), privateKey).toString('base64url')}`,
  );
}

describe('KeyIdentityService', () => {
  const key = { ...publicKey.export({ format: 'jwk' }), kid: 'a' };
  const binding = { clientId: 'C' } as IdentityBinding;
  const service = new KeyIdentityService({ issuer: 'https://t.example', binding }, key);

  it('pins the internal key cache of xssec', () => {
    expect(
      Object.getOwnPropertyDescriptor(Object.getPrototypeOf(IdentityService).prototype, 'jwksCache')?.get,
    ).toBeTypeOf('function');
  });

  it('accepts a token with a signature of the key, without a request', async () => {
    const context = await service.createSecurityContext(issue({ azp: 'A', app_tid: 'T', azp_app_tid: 'U' }));
    expect(context.token.appTid).toBe('T');
  });

  it.each([
    ['signed with another key', issue({}, 'b'), 'MissingKidError'],
    ['for another app', issue({ aud: 'D' }), 'WrongAudienceError'],
    [
      'from another tenant of the domain',
      issue({ iss: 'https://evil.t.example.evil' }),
      'UntrustedIssuerError',
    ],
    ['that has expired', issue({ exp: 1 }), 'ExpiredTokenError'],
  ])('lets xssec reject a token %s', async (_, token, name) => {
    await expect(service.createSecurityContext(token)).rejects.toMatchObject({ name });
  });

  it('lets xssec reject a forged signature', async () => {
    const { jwt } = issue({});
    const forged = new IdentityServiceToken(`${jwt.slice(0, -6)}AAAAAA`);
    await expect(service.createSecurityContext(forged)).rejects.toMatchObject({
      name: 'InvalidTokenSignatureError',
    });
  });
});
