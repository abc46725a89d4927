import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PLATFORMS, startGuardedApp } from './guarded-app.js';
import { sendRaw } from './raw-request.js';
import { startTrustedLandscape } from './trusting-landscape.js';
import type { TrustedLandscape } from './trusting-landscape.js';

const PATH = '/.well-known/oauth-protected-resource';

describe.each(PLATFORMS)('protected resource metadata on %s', (platform) => {
  let trusted: TrustedLandscape;

  beforeAll(async () => {
    trusted = await startTrustedLandscape();
  });
  afterAll(() => trusted.stop());

  it('tells where to get tokens by configuration, not by Host, and challenges point to it', async () => {
    const app = await startGuardedApp({
      platform,
      ias: { ...trusted.ias, resource: 'https://backend.example' },
    });
    const { status, body } = await sendRaw(`${app.url}${PATH}`, [['host', 'evil.example']]);
    expect(status).toBe(200);
    expect(JSON.parse(body)).toEqual({
      resource: 'https://backend.example',
      authorization_servers: [trusted.landscape.tenant.url],
      bearer_methods_supported: ['header'],
      tls_client_certificate_bound_access_tokens: false,
    });
    const { headers } = await sendRaw(`${app.url}/endpoint`, [['host', 'evil.example']]);
    expect(headers['www-authenticate']).toBe(`Bearer resource_metadata="https://backend.example${PATH}"`);
    await app.close();
  });

  it('does not exist without the option', async () => {
    const app = await startGuardedApp({ platform, ias: trusted.ias });
    expect((await sendRaw(`${app.url}${PATH}`, [])).status).toBe(404);
    await app.close();
  });
});
