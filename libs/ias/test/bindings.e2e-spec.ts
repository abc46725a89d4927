import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startLandscape } from '@nest-ias/landscape';
import type { Landscape } from '@nest-ias/landscape';
import { X509Certificate } from 'node:crypto';
import { startGuardedApp } from './guarded-app.js';
import { sendRaw } from './raw-request.js';
import { startTrustedLandscape } from './trusting-landscape.js';
import type { TrustedLandscape } from './trusting-landscape.js';

const call = async (url: string, token: string, ...more: [string, string][]) => {
  const { status, body } = await sendRaw(`${url}/endpoint`, [['authorization', `Bearer ${token}`], ...more]);
  return { status, code: (JSON.parse(body) as { code?: string }).code };
};

describe('issuers and audiences', () => {
  let trusted: TrustedLandscape;

  beforeAll(async () => {
    trusted = await startTrustedLandscape();
  });
  afterAll(() => trusted.stop());

  it.each([
    ['an issuer without scheme', (url: string) => ({ iss: url.replace('https://', '') })],
    ['a custom domain next to ias_iss', (url: string) => ({ iss: 'https://login.example', ias_iss: url })],
    ['an audience in an array', () => ({})],
  ])('accepts %s', async (_, claims) => {
    const app = await startGuardedApp({ ias: trusted.ias });
    const { tenant, application } = trusted.landscape;
    const token = await tenant.issueToken({ claims: { aud: [application.clientId], ...claims(tenant.url) } });
    expect(await call(app.url, token)).toMatchObject({ status: 200 });
    await app.close();
  });

  it('accepts several audiences if a certificate proves the token or an option allows it', async () => {
    const { tenant, application } = trusted.landscape;
    const { certificate = '' } = await trusted.landscape.issueBinding({ type: 'X509_GENERATED' });
    const claims = { aud: [application.clientId, 'another-client'] };
    const app = await startGuardedApp({ ias: trusted.ias });
    const bound = await tenant.issueToken({ claims, certificate });
    const proof: [string, string][] = [
      ['host', 'backend.cert.localhost'],
      ['x-forwarded-client-cert', new X509Certificate(certificate).raw.toString('base64')],
    ];
    expect(await call(app.url, bound, ...proof)).toMatchObject({ status: 200 });
    const unbound = await tenant.issueToken({ claims });
    expect(await call(app.url, unbound)).toEqual({ status: 401, code: 'token_audience_ambiguous' });
    await app.close();
    const lenient = await startGuardedApp({ ias: { ...trusted.ias, allowMultipleAudiences: true } });
    expect(await call(lenient.url, unbound)).toMatchObject({ status: 200 });
    await lenient.close();
  });

  it('sends no request to a tenant that is not listed, and accepts tokens of one that is', async () => {
    const { application } = trusted.landscape;
    const other = await trusted.landscape.addTenant();
    other.subscribeTo(application);
    const token = await other.issueToken({ application });
    const strict = await startGuardedApp({ ias: trusted.ias });
    expect(await call(strict.url, token)).toEqual({ status: 401, code: 'token_issuer_untrusted' });
    expect(other.requests).toEqual([]);
    await strict.close();
    const open = await startGuardedApp({ ias: { ...trusted.ias, trustedIssuers: [other.url] } });
    expect(await call(open.url, token)).toMatchObject({ status: 200 });
    await open.close();
  });
});

describe('several bindings', () => {
  const names = ['VCAP_SERVICES', 'IAS_CA_FILE', 'NODE_EXTRA_CA_CERTS'];
  const before = Object.fromEntries(names.map((name) => [name, process.env[name]]));
  let landscapes: Landscape[];

  beforeAll(async () => {
    landscapes = [await startLandscape(), await startLandscape()];
  });

  afterAll(async () => {
    for (const [name, value] of Object.entries(before)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    await Promise.all(landscapes.map((landscape) => landscape.stop()));
  });

  it('are selected by audience, each with its own tenant', async () => {
    const identity = await Promise.all(
      landscapes.map(async (landscape, index) => {
        const credentials = await landscape.issueBinding({ type: 'NONE' });
        return landscape.vcapServices(credentials, { instanceName: `ias-${index}` }).identity[0];
      }),
    );
    process.env['VCAP_SERVICES'] = JSON.stringify({ identity });
    const [first, second] = landscapes as [Landscape, Landscape];
    const app = await startGuardedApp({ ias: { caFile: await first.caFile() } });
    expect(await call(app.url, await first.tenant.issueToken())).toMatchObject({ status: 200 });
    const mixed = await first.tenant.issueToken({ claims: { aud: second.application.clientId } });
    expect(await call(app.url, mixed)).toEqual({ status: 401, code: 'token_audience_mismatch' });
    // The authority of the second landscape is not trusted here: its keys cannot be fetched.
    expect(await call(app.url, await second.tenant.issueToken())).toEqual({
      status: 503,
      code: 'keys_unavailable',
    });
    await app.close();
  });
});
