import { X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requestToken } from '../../test/https-client.js';
import { type Application, type IdentityCredentials, type Landscape, startLandscape } from '../index.js';

describe('client certificates', () => {
  let landscape: Landscape;

  beforeAll(async () => {
    landscape = await startLandscape();
  });
  afterAll(async () => landscape.stop());

  const outcome = async (credentials: IdentityCredentials) => {
    const { status } = await requestToken(landscape, credentials);
    return status === 200 ? 'token' : landscape.tenant.requests.at(-1)?.refusal;
  };

  it('are both valid, the old one and the new one, after a rotation', async () => {
    const before = await landscape.issueBinding({ type: 'X509_GENERATED', appIdentifier: 'rotated' });
    const after = await landscape.issueBinding({ type: 'X509_GENERATED', appIdentifier: 'rotated' });
    expect(after.certificate).not.toBe(before.certificate);
    expect([await outcome(before), await outcome(after)]).toEqual(['token', 'token']);
  });

  it('are rejected before and after their validity period', async () => {
    const early = await landscape.issueBinding({ type: 'X509_GENERATED', startsInDays: 1 });
    const late = await landscape.issueBinding({ type: 'X509_GENERATED', startsInDays: -3, validityDays: 2 });
    expect(new Date(late.certificate_expires_at ?? '').getTime()).toBeLessThan(Date.now());
    expect([await outcome(early), await outcome(late)]).toEqual([
      'certificate_outside_validity',
      'certificate_outside_validity',
    ]);
  });

  it('of the right authority are rejected without registration', async () => {
    const stranger = await landscape.issueCertificate({ commonName: 'stranger' });
    const none = await landscape.issueBinding({ type: 'NONE' });
    expect(await outcome({ ...none, ...stranger })).toBe('certificate_unknown');
  });

  it('can be provided by the app; the binding then has no key', async () => {
    const own = await landscape.issueCertificate({ commonName: 'provided', key: 'EC' });
    const binding = await landscape.issueBinding({ type: 'X509_PROVIDED', certificate: own.certificate });
    expect(binding).not.toHaveProperty('key');
    expect(await outcome({ ...binding, key: own.key })).toBe('token');
  });

  it('can be provided only once in a tenant, across applications', async () => {
    const { certificate } = await landscape.issueCertificate({ commonName: 'only one' });
    const provide = async (application?: Application) =>
      landscape.issueBinding({ type: 'X509_PROVIDED', certificate }, application);
    await provide();
    await expect(provide()).rejects.toThrow('already has this certificate');
    await expect(provide(landscape.tenant.addApplication())).rejects.toThrow('already has this certificate');
    const other = await landscape.addTenant();
    await expect(provide(other.addApplication())).resolves.toMatchObject({ certificate });
  });

  it('that IAS generated cannot be provided', async () => {
    const { certificate = '' } = await landscape.issueBinding({ type: 'X509_GENERATED' });
    await expect(landscape.issueBinding({ type: 'X509_PROVIDED', certificate })).rejects.toThrow(
      'already has this certificate',
    );
  });

  it('have the key type that the binding requests', async () => {
    const binding = await landscape.issueBinding({ type: 'X509_GENERATED', key: 'RSA-2048' });
    expect(binding.key).toMatch(/^-----BEGIN RSA PRIVATE KEY-----/);
    expect(await outcome(binding)).toBe('token');
  });

  it('of another authority cannot be provided', async () => {
    const other = await startLandscape();
    const { certificate } = await other.issueCertificate({ commonName: 'elsewhere' });
    await other.stop();
    await expect(landscape.issueBinding({ type: 'X509_PROVIDED', certificate })).rejects.toThrow('authority');
  });

  it('can be attested: any certificate with the subject is valid unless revoked', async () => {
    const [first, second] = await Promise.all([
      landscape.issueCertificate({ commonName: 'attested' }),
      landscape.issueCertificate({ commonName: 'attested' }),
    ]);
    const binding = await landscape.issueBinding({ type: 'X509_ATTESTED', certificate: first.certificate });
    expect(binding).not.toHaveProperty('certificate');
    expect(await outcome({ ...binding, ...second })).toBe('token');
    landscape.tenant.revokeCertificate(second.certificate);
    expect(await outcome({ ...binding, ...second })).toBe('certificate_revoked');
    expect(await outcome({ ...binding, ...first })).toBe('token');
  });

  it('that were revoked are rejected for applications added later, too', async () => {
    const { certificate, key } = await landscape.issueCertificate({ commonName: 'stolen' });
    landscape.tenant.revokeCertificate(new X509Certificate(certificate).toString());
    const late = landscape.tenant.addApplication();
    const binding = await landscape.issueBinding({ type: 'X509_PROVIDED', certificate }, late);
    expect(await outcome({ ...binding, certificate, key })).toBe('certificate_revoked');
  });

  it('with a registered subject, but of another authority, are rejected', async () => {
    const binding = await landscape.issueBinding({ type: 'X509_GENERATED', appIdentifier: 'copied' });
    const other = await startLandscape({ clientId: landscape.application.clientId });
    const forged = await other.issueCertificate({ commonName: 'copied' });
    await other.stop();
    expect(forged.leaf.subject).toBe(new X509Certificate(binding.certificate ?? '').subject);
    expect(await outcome({ ...binding, ...forged })).toBe('certificate_untrusted');
  });

  it('of one application have at most 20 subjects', async () => {
    const own = await startLandscape();
    for (let index = 0; index < 20; index += 1) await own.issueBinding({ type: 'X509_GENERATED' });
    await expect(own.issueBinding({ type: 'X509_GENERATED' })).rejects.toThrow('at most 20');
    await own.stop();
  });
});
