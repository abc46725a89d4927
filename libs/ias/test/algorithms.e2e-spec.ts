import { constants, sign } from 'node:crypto';
import { Forger } from '@nest-ias/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startGuardedApp } from './guarded-app.js';
import { sendRaw } from './raw-request.js';
import { startTrustedLandscape } from './trusting-landscape.js';
import type { TrustedLandscape } from './trusting-landscape.js';

describe('signature algorithms', () => {
  let trusted: TrustedLandscape;

  beforeAll(async () => {
    trusted = await startTrustedLandscape();
  });
  afterAll(() => trusted.stop());

  it.each(['PS256', 'ES256'] as const)('accepts only %s if the option says so', async (algorithm) => {
    const { tenant } = trusted.landscape;
    const classic = await tenant.issueToken();
    await tenant.rotateSigningKey({ keepOld: true, algorithm });
    const modern = await tenant.issueToken();
    await tenant.rotateSigningKey({ keepOld: true, algorithm: 'RS256' });
    const call = async (url: string, token: string) => {
      const { status, body } = await sendRaw(`${url}/endpoint`, [['authorization', `Bearer ${token}`]]);
      return status === 200 ? 'accepted' : (JSON.parse(body) as { code: string }).code;
    };
    const strict = await startGuardedApp({ ias: trusted.ias });
    expect(await call(strict.url, modern)).toBe('token_algorithm_refused');
    expect(await call(strict.url, classic)).toBe('accepted');
    await strict.close();
    const open = await startGuardedApp({ ias: { ...trusted.ias, algorithms: [algorithm] } });
    expect(await call(open.url, modern)).toBe('accepted');
    expect(await call(open.url, classic)).toBe('token_algorithm_refused');
    await open.close();
  });

  it('verifies each signature with its own algorithm and key if several are accepted', async () => {
    const forger = await Forger.of(trusted.landscape);
    const encoded = (content: object) => Buffer.from(JSON.stringify(content)).toString('base64url');
    const forge = (alg: string, signature: (input: Buffer) => Buffer) => {
      const input = `${encoded({ ...forger.header, alg })}.${encoded(forger.claims)}`;
      return `${input}.${signature(Buffer.from(input)).toString('base64url')}`;
    };
    const app = await startGuardedApp({ ias: { ...trusted.ias, algorithms: ['RS256', 'PS256', 'ES256'] } });
    const tokens = [
      forge('ES256', () => Buffer.alloc(64)),
      forge('ES256', () => Buffer.alloc(63, 1)),
      forge('ES256', (input) => sign('sha256', input, forger.privateKey)),
      forge('PS256', (input) => sign('sha256', input, forger.privateKey)),
      // The tenant publishes this key for RS256 alone.
      forge('PS256', (input) =>
        sign('sha256', input, {
          key: forger.privateKey,
          padding: constants.RSA_PKCS1_PSS_PADDING,
          saltLength: 32,
        }),
      ),
    ];
    for (const token of tokens) {
      const { body } = await sendRaw(`${app.url}/endpoint`, [['authorization', `Bearer ${token}`]]);
      expect(JSON.parse(body)).toMatchObject({ code: 'token_signature_invalid' });
    }
    expect((await sendRaw(`${app.url}/endpoint`, [['authorization', `Bearer ${forger.token}`]])).status).toBe(
      200,
    );
    await app.close();
  });
});
