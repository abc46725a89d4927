import { createPrivateKey, X509Certificate } from 'node:crypto';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { requestToken, send } from '../test/https-client.js';
import { type Landscape, startLandscape } from './index.js';

describe('startLandscape', () => {
  const running: Landscape[] = [];
  const start: typeof startLandscape = async (options) => {
    const landscape = await startLandscape(options);
    running.push(landscape);
    return landscape;
  };
  afterEach(async () => {
    await Promise.all(running.splice(0).map(async (landscape) => landscape.stop()));
  });

  it('issues credentials in exactly the form of IAS', async () => {
    const landscape = await start({ clientKey: 'RSA-2048', clientId: 'client', appTid: 'zone' });
    const binding = await landscape.issueBinding({
      type: 'X509_GENERATED',
      appIdentifier: 'frontend',
      validityDays: 7,
    });
    const { url } = landscape.tenant;
    expect(binding).toEqual({
      clientid: 'client',
      app_tid: 'zone',
      url,
      domain: url.replace('https://', ''),
      domains: [url.replace('https://', '')],
      'credential-type': 'X509_GENERATED',
      'btp-tenant-api': url,
      authorization_endpoint: `${url}/oauth2/authorize`,
      end_session_endpoint: `${url}/oauth2/logout`,
      certificate: expect.stringMatching(/^-----BEGIN CERTIFICATE-----\n[^]+-----END CERTIFICATE-----\n$/),
      key: expect.stringMatching(/^-----BEGIN RSA PRIVATE KEY-----\n/),
      certificate_expires_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    });
    const leaf = new X509Certificate(binding.certificate ?? '');
    expect(leaf.subject).toContain('CN=frontend');
    expect(leaf.checkPrivateKey(createPrivateKey(binding.key ?? ''))).toBe(true);
    expect(new Date(leaf.validTo)).toEqual(new Date(binding.certificate_expires_at ?? ''));
    expect((await requestToken(landscape, binding)).status).toBe(200);
  });

  it('includes a key or a secret only in bindings that need it', async () => {
    const landscape = await start();
    const none = await landscape.issueBinding({ type: 'NONE' });
    const secret = await landscape.issueBinding({ type: 'SECRET' });
    expect(none).not.toHaveProperty('certificate');
    expect(none).not.toHaveProperty('clientsecret');
    expect(secret).toMatchObject({ clientsecret: expect.any(String), 'credential-type': 'SECRET' });
  });

  it.each([
    { appIdentifier: 'longer than twenty characters' },
    { appIdentifier: '' },
    { validityDays: 0 },
    { validityDays: 31 },
    { validityDays: Number.NaN },
  ])('rejects the binding parameters %o', async (parameters) => {
    const landscape = await start();
    await expect(landscape.issueBinding({ type: 'X509_GENERATED', ...parameters })).rejects.toThrow(
      RangeError,
    );
  });

  it('keeps the subject stable across rotations only with an app identifier', async () => {
    const landscape = await start();
    const subjectOf = async (appIdentifier?: string) => {
      const binding = await landscape.issueBinding({
        type: 'X509_GENERATED',
        ...(appIdentifier === undefined ? {} : { appIdentifier }),
      });
      return new X509Certificate(binding.certificate ?? '').subject;
    };
    expect(await subjectOf('frontend')).toBe(await subjectOf('frontend'));
    expect(await subjectOf()).not.toBe(await subjectOf());
  });

  it('describes a binding in the form of Cloud Foundry', async () => {
    const landscape = await start();
    const credentials = await landscape.issueBinding({ type: 'NONE' });
    expect(landscape.vcapServices(credentials)).toMatchObject({
      identity: [{ label: 'identity', plan: 'application', name: 'clicreIas', credentials }],
    });
    expect(landscape.vcapServices(credentials, { instanceName: 'other' }).identity[0].instance_name).toBe(
      'other',
    );
  });

  it('leaves nothing running when a port is in use', async () => {
    const first = await start();
    const taken = Number(new URL(first.router.url).port);
    const former = await startLandscape();
    const tenantPort = Number(new URL(former.tenant.url).port);
    await former.stop();
    await expect(startLandscape({ tenantPort, routerPort: taken })).rejects.toMatchObject({
      code: 'EADDRINUSE',
      port: taken,
    });
    await expect(start({ tenantPort })).resolves.toBeDefined();
  });

  it('rejects all calls after it has stopped', async () => {
    const landscape = await start();
    await landscape.stop();
    await expect(landscape.addTenant()).rejects.toThrow('has stopped');
    await expect(landscape.caFile()).rejects.toThrow('has stopped');
    expect(() => landscape.trust()).toThrow('has stopped');
    await expect(landscape.stop()).resolves.toBeUndefined();
  });

  it('starts no tenant while it is stopping', async () => {
    const landscape = await start();
    const adding = landscape.addTenant();
    await landscape.stop();
    await expect(adding).rejects.toThrow('has stopped');
    expect(landscape.tenants).toHaveLength(1);
  });

  it('stops even if the file of its certificate authority could not be written', async () => {
    const landscape = await start();
    vi.stubEnv('TMPDIR', '/nowhere');
    await expect(landscape.caFile()).rejects.toMatchObject({ code: 'ENOENT' });
    vi.unstubAllEnvs();
    await landscape.stop();
    await expect(send(landscape.tenant.url, { landscape })).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('supports several landscapes in one process, each with its own certificate authority', async () => {
    const [one, two] = await Promise.all([start(), start()]);
    expect(one.ca.pem).not.toBe(two.ca.pem);
    expect(one.application.clientId).not.toBe(two.application.clientId);
  });
});
