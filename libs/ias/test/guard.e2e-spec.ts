import { X509Certificate } from 'node:crypto';
import { documentationUrl } from 'nest-ias';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PLATFORMS, startGuardedApp } from './guarded-app.js';
import type { GuardedApp } from './guarded-app.js';
import { sendRaw } from './raw-request.js';
import { startTrustedLandscape } from './trusting-landscape.js';
import type { TrustedLandscape } from './trusting-landscape.js';

describe.each(PLATFORMS)('IasAuthGuard on %s', (platform) => {
  let trusted: TrustedLandscape;
  let app: GuardedApp;

  beforeAll(async () => {
    trusted = await startTrustedLandscape();
    app = await startGuardedApp({ platform, ias: trusted.ias });
  });

  afterAll(async () => {
    await app.close();
    await trusted.stop();
  });

  const get = (path: string, ...headers: [string, string][]) => sendRaw(`${app.url}${path}`, headers);

  it('fetches nothing from the tenant before the first request that needs it', async () => {
    await get('/endpoint');
    await get('/endpoint', ['authorization', 'Bearer nonsense']);
    expect(trusted.landscape.tenant.requests).toEqual([]);
  });

  it('accepts a valid token and injects its claims', async () => {
    const token = await trusted.landscape.tenant.issueToken();
    const { status, body } = await get('/endpoint', ['authorization', `bearer ${token}`]);
    expect(status).toBe(200);
    expect(JSON.parse(body)).toMatchObject({
      sub: trusted.landscape.application.clientId,
      iss: trusted.landscape.tenant.url,
    });
  });

  it('verifies a token once', async () => {
    const token = await trusted.landscape.tenant.issueToken();
    await get('/endpoint', ['authorization', `Bearer ${token}`]);
    trusted.landscape.tenant.reset();
    for (const scheme of ['Bearer', 'BEARER', 'bEaReR']) {
      expect((await get('/endpoint', ['authorization', `${scheme} ${token}`])).status).toBe(200);
    }
    expect(trusted.landscape.tenant.requests).toEqual([]);
  });

  it('allows public routes without reading credentials', async () => {
    expect(await get('/open', ['authorization', 'Bearer nonsense'])).toMatchObject({
      status: 200,
      body: '{"claims":null}',
    });
  });

  it.each([
    ['none', []],
    ['another scheme', [['authorization', 'Basic dTpw']]],
    ['an empty header', [['authorization', '']]],
  ] as [string, [string, string][]][])('challenges without an error code for %s', async (_, headers) => {
    const { status, headers: answered, body } = await get('/endpoint', ...headers);
    expect(status).toBe(401);
    expect(answered).toMatchObject({
      'www-authenticate': 'Bearer',
      'cache-control': 'no-store',
      'content-type': expect.stringMatching(/^application\/problem\+json/) as string,
    });
    expect(JSON.parse(body)).toEqual({
      type: documentationUrl('credentials_missing'),
      title: 'Unauthorized',
      status: 401,
      detail: expect.any(String) as string,
      code: 'credentials_missing',
    });
  });

  it.each([
    ['expired', { exp: Math.floor(Date.now() / 1000) - 60 }, 'token_expired'],
    ['issued in the future', { iat: Math.floor(Date.now() / 1000) + 60 }, 'token_not_yet_valid'],
    ['for another app', { aud: 'another-client' }, 'token_audience_mismatch'],
    ['from another tenant', { iss: 'https://evil.localhost' }, 'token_issuer_untrusted'],
    ['refused online', { app_tid: 'another-tenant' }, 'token_refused_by_tenant'],
    ['of several audiences', { aud: ['a', 'b'] }, 'token_audience_mismatch'],
  ])('rejects a token %s', async (_, claims, code) => {
    const token = await trusted.landscape.tenant.issueToken({ claims });
    const { status, headers, body } = await get('/endpoint', ['authorization', `Bearer ${token}`]);
    expect(status).toBe(401);
    expect(headers['www-authenticate']).toMatch(
      /^Bearer error="invalid_token", error_description="[^"\\]+"$/,
    );
    expect(JSON.parse(body)).toMatchObject({ status: 401, code });
  });

  describe('with a token bound to a certificate', () => {
    let token: string;
    let certificate: string;

    beforeEach(async () => {
      const binding = await trusted.landscape.issueBinding({ type: 'X509_GENERATED' });
      certificate = new X509Certificate(binding.certificate ?? '').raw.toString('base64');
      token = await trusted.landscape.tenant.issueToken({ certificate: binding.certificate ?? '' });
    });

    it('accepts the holder of the certificate', async () => {
      const { status } = await get(
        '/endpoint',
        ['host', 'backend.cert.localhost'],
        ['authorization', `Bearer ${token}`],
        ['x-forwarded-client-cert', certificate],
      );
      expect(status).toBe(200);
    });

    it('rejects it without the certificate', async () => {
      const { status, body } = await get('/endpoint', ['authorization', `Bearer ${token}`]);
      expect(status).toBe(401);
      expect(JSON.parse(body)).toMatchObject({ code: 'proof_missing' });
    });

    it('ignores a certificate from another host', async () => {
      const { status, body } = await get(
        '/endpoint',
        ['host', 'backend.localhost'],
        ['x-forwarded-host', 'backend.cert.localhost'],
        ['authorization', `Bearer ${token}`],
        ['x-forwarded-client-cert', certificate],
      );
      expect(status).toBe(401);
      expect(JSON.parse(body)).toMatchObject({ code: 'proof_missing' });
    });

    it('rejects it with another certificate, even if it was accepted before', async () => {
      const other = await trusted.landscape.issueBinding({ type: 'X509_GENERATED' });
      const headers = (der: string): [string, string][] => [
        ['host', 'backend.cert.localhost'],
        ['authorization', `Bearer ${token}`],
        ['x-forwarded-client-cert', der],
      ];
      expect((await get('/endpoint', ...headers(certificate))).status).toBe(200);
      const stolen = new X509Certificate(other.certificate ?? '').raw.toString('base64');
      const { status, body } = await get('/endpoint', ...headers(stolen));
      expect(status).toBe(401);
      expect(JSON.parse(body)).toMatchObject({ code: 'proof_mismatch' });
    });
  });
});
