import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Landscape, startLandscape } from './index.js';

/** Whoever calls from JavaScript, or casts, gets one sentence, and nothing happens. */
describe('wrong values', () => {
  let landscape: Landscape;
  let stranger: Landscape;
  beforeAll(async () => {
    landscape = await startLandscape({ clientId: 'taken', appTid: 'zone' });
    stranger = await startLandscape();
  });
  afterAll(async () => Promise.all([landscape.stop(), stranger.stop()]));

  it.each([
    [{ host: '' }, /host/],
    [{ tenantPort: 65_536 }, /tenantPort/],
    [{ tenantPort: '80' }, /tenantPort/],
    [{ routerPort: -1 }, /routerPort/],
    [{ adminPort: 1.5 }, /adminPort/],
    [{ clientKey: 'RSA' }, /clientKey/],
    [{ appTid: '' }, /appTid/],
    [{ customIssuer: '' }, /customIssuer/],
    [{ customIssuer: 'http://plain.example' }, /customIssuer/],
    [{ limits: { requestsPerMinute: 0 } }, /limits\.requestsPerMinute/],
    [{ limits: { perMinute: 1 } }, /limits: .*perMinute/],
    [{ now: 5 }, /now: is no function/],
    [{ clientId: '' }, /clientId/],
    [{ tokenValidity: 59 }, /tokenValidity/],
    [{ port: 1 }, /Unrecognized key: "port"/],
  ])('of startLandscape are refused: %o', async (options, sentence) => {
    const starting = startLandscape(options as never);
    await expect(starting).rejects.toThrow(RangeError);
    await expect(starting).rejects.toThrow(sentence);
  });

  it.each([
    [{ port: Number.NaN }, /port/],
    [{ appTid: '' }, /appTid/],
    [{ appTid: 'zone' }, /has a tenant of this appTid/],
    [{ tenantPort: 1 }, /Unrecognized key: "tenantPort"/],
  ])('of addTenant are refused: %o', async (options, sentence) => {
    const adding = landscape.addTenant(options as never);
    await expect(adding).rejects.toThrow(RangeError);
    await expect(adding).rejects.toThrow(sentence);
    expect(landscape.tenants).toHaveLength(1);
  });

  it.each([
    [{ clientId: 'taken' }, /has an application of this client id/],
    [{ clientId: '' }, /clientId/],
    [{ tokenValidity: 3600.5 }, /tokenValidity/],
    [{ tokenValidity: '3600' }, /tokenValidity/],
    [{ tokenValidity: 43_201 }, /tokenValidity/],
    [{ providedApis: [''] }, /providedApis/],
    [{ grantTypes: 'jwt' }, /grantTypes/],
    [{ validity: 60 }, /Unrecognized key: "validity"/],
  ])('of addApplication are refused: %o', (options, sentence) => {
    const add = () => landscape.tenant.addApplication(options as never);
    expect(add).toThrow(RangeError);
    expect(add).toThrow(sentence);
  });

  it.each([
    [{ endpoint: 'token', kind: 'status', status: 503, times: 0 }, /times/],
    [{ endpoint: 'token', kind: 'status', status: 503, times: -1 }, /times/],
    [{ endpoint: 'token', kind: 'status', status: 503, times: Number.NaN }, /times/],
    [{ endpoint: 'token', kind: 'status', status: 503, times: 1.5 }, /times/],
    [{ endpoint: 'token', kind: 'status', status: 99 }, /status/],
    [{ endpoint: 'token', kind: 'latency', milliseconds: Number.NaN }, /milliseconds/],
    [{ endpoint: 'token', kind: 'latency', milliseconds: -1 }, /milliseconds/],
    [{ endpoint: 'token', kind: 'oversized', bytes: Infinity }, /bytes/],
    [{ endpoint: 'token', kind: 'throttle', retryAfter: '1\r\nx: y' }, /retryAfter/],
    [{ endpoint: 'token', kind: 'redirect', location: '/login' }, /location/],
    [{ endpoint: 'token', kind: 'redirect', location: 'javascript:alert(1)' }, /location/],
    [{ endpoint: 'tokens', kind: 'reset' }, /endpoint/],
    [{ endpoint: 'token', kind: 'explosion' }, /kind/],
  ])('of a fault are refused: %o', (fault, sentence) => {
    const add = () => landscape.tenant.faults.add(fault as never);
    expect(add).toThrow(RangeError);
    expect(add).toThrow(sentence);
    expect(landscape.tenant.faults.list()).toEqual([]);
  });

  it.each([{ requestsPerMinute: 0 }, { failedAttempts: 1.5 }, { perMinute: 1 }, null])(
    'of a limit are refused: %o',
    (limits) => {
      expect(() => landscape.tenant.limit(limits as never)).toThrow(/^limits: /);
    },
  );

  it.each(['nonsense', '', '-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----', 'A'.repeat(42)])(
    'of a certificate to revoke are refused: %j',
    (certificate) => {
      expect(() => landscape.tenant.revokeCertificate(certificate)).toThrow('neither a certificate in PEM');
    },
  );

  it.each([
    [{ type: 'X509' }, /one of the types X509_GENERATED, /],
    [{ type: 'X509_GENERATED', key: 'RSA' }, /one of EC, RSA-2048, RSA-4096/],
    [{ type: 'X509_GENERATED', validityDays: 1.5 }, /validity is 1 to 30 days/],
    [{ type: 'X509_GENERATED', startsInDays: Number.NaN }, /startsInDays/],
    [{ type: 'X509_GENERATED', startsInDays: Infinity }, /startsInDays/],
    [{ type: 'X509_ATTESTED', certificate: 'x' }, /no certificate in PEM/],
    [{ type: 'X509_PROVIDED', certificate: '' }, /no certificate in PEM/],
  ])('of a binding are refused: %o', async (request, sentence) => {
    const binding = landscape.issueBinding(request as never);
    await expect(binding).rejects.toThrow(RangeError);
    await expect(binding).rejects.toThrow(sentence);
  });

  it('of the application of a binding are refused: one of another landscape', async () => {
    await expect(landscape.issueBinding({ type: 'NONE' }, stranger.application)).rejects.toThrow(
      'belongs to another landscape',
    );
  });

  it('of a provider are refused: one of a tenant that has not subscribed', async () => {
    const other = await landscape.addTenant();
    const provider = other.addApplication();
    const depend = () => landscape.application.dependOn(provider, { name: 'far' });
    expect(depend).toThrow('another tenant');
    landscape.tenant.subscribeTo(provider);
    expect(depend).not.toThrow();
  });

  it('of an algorithm are refused', async () => {
    const { tenant } = landscape;
    await expect(tenant.prepublishSigningKey('none' as never)).rejects.toThrow('signs with RS256, ');
    await expect(tenant.rotateSigningKey({ keepOld: true, algorithm: 'HS256' as never })).rejects.toThrow(
      RangeError,
    );
    await expect(tenant.rotateSigningKey({ keepOld: true })).resolves.toEqual(expect.any(String));
  });
});
