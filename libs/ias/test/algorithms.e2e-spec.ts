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

  it.each(['PS256', 'ES256'] as const)('accepts %s by option, and then nothing else', async (algorithm) => {
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
});
