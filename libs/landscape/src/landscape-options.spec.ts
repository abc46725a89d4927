import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Landscape, startLandscape } from './index.js';

/** JavaScript callers, and casts, bypass the types: invalid values must throw and have no effect. */
describe('invalid values', () => {
  let landscape: Landscape;
  let otherLandscape: Landscape;
  beforeAll(async () => {
    landscape = await startLandscape({ clientId: 'taken', appTid: 'zone' });
    otherLandscape = await startLandscape();
  });
  afterAll(async () => Promise.all([landscape.stop(), otherLandscape.stop()]));

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
    [{ now: 5 }, /now: must be a function/],
    [{ clientId: '' }, /clientId/],
    [{ tokenValidity: 59 }, /tokenValidity/],
    [{ port: 1 }, /Unrecognized key: "port"/],
  ])('of startLandscape are rejected: %o', async (options, message) => {
    const starting = startLandscape(options as never);
    await expect(starting).rejects.toThrow(RangeError);
    await expect(starting).rejects.toThrow(message);
  });

  it.each([
    [{ port: Number.NaN }, /port/],
    [{ appTid: '' }, /appTid/],
    [{ appTid: 'zone' }, /already has a tenant with this appTid/],
    [{ tenantPort: 1 }, /Unrecognized key: "tenantPort"/],
  ])('of addTenant are rejected: %o', async (options, message) => {
    const adding = landscape.addTenant(options as never);
    await expect(adding).rejects.toThrow(RangeError);
    await expect(adding).rejects.toThrow(message);
    expect(landscape.tenants).toHaveLength(1);
  });

  it.each([
    [{ clientId: 'taken' }, /already has an application with this client ID/],
    [{ clientId: '' }, /clientId/],
    [{ tokenValidity: 3600.5 }, /tokenValidity/],
    [{ tokenValidity: '3600' }, /tokenValidity/],
    [{ tokenValidity: 43_201 }, /tokenValidity/],
    [{ providedApis: [''] }, /providedApis/],
    [{ grantTypes: 'jwt' }, /grantTypes/],
    [{ validity: 60 }, /Unrecognized key: "validity"/],
  ])('of addApplication are rejected: %o', (options, message) => {
    const add = () => landscape.tenant.addApplication(options as never);
    expect(add).toThrow(RangeError);
    expect(add).toThrow(message);
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
  ])('of a fault are rejected: %o', (fault, message) => {
    const add = () => landscape.tenant.faults.add(fault as never);
    expect(add).toThrow(RangeError);
    expect(add).toThrow(message);
    expect(landscape.tenant.faults.list()).toEqual([]);
  });

  it.each([{ requestsPerMinute: 0 }, { failedAttempts: 1.5 }, { perMinute: 1 }, null])(
    'of a limit are rejected: %o',
    (limits) => {
      expect(() => landscape.tenant.limit(limits as never)).toThrow(/^limits: /);
    },
  );

  it.each(['nonsense', '', '-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----', 'A'.repeat(42)])(
    'of a certificate to revoke are rejected: %j',
    (certificate) => {
      expect(() => landscape.tenant.revokeCertificate(certificate)).toThrow('neither a PEM certificate');
    },
  );

  it.each([
    [{ type: 'X509' }, /must be one of X509_GENERATED, /],
    [{ type: 'X509_GENERATED', key: 'RSA' }, /one of EC, RSA-2048, RSA-4096/],
    [{ type: 'X509_GENERATED', validityDays: 1.5 }, /validity must be an integer from 1 to 30 days/],
    [{ type: 'X509_GENERATED', startsInDays: Number.NaN }, /startsInDays/],
    [{ type: 'X509_GENERATED', startsInDays: Infinity }, /startsInDays/],
    [{ type: 'X509_ATTESTED', certificate: 'x' }, /not a valid PEM certificate/],
    [{ type: 'X509_PROVIDED', certificate: '' }, /not a valid PEM certificate/],
  ])('of a binding are rejected: %o', async (request, message) => {
    const binding = landscape.issueBinding(request as never);
    await expect(binding).rejects.toThrow(RangeError);
    await expect(binding).rejects.toThrow(message);
  });

  it('are rejected: a binding for an application of another landscape', async () => {
    await expect(landscape.issueBinding({ type: 'NONE' }, otherLandscape.application)).rejects.toThrow(
      'belongs to another landscape',
    );
  });

  it('are rejected: a provider that the tenant has not subscribed to', async () => {
    const other = await landscape.addTenant();
    const provider = other.addApplication();
    const depend = () => landscape.application.dependOn(provider, { name: 'far' });
    expect(depend).toThrow('another tenant');
    landscape.tenant.subscribeTo(provider);
    expect(depend).not.toThrow();
  });

  it('of an algorithm are rejected', async () => {
    const { tenant } = landscape;
    await expect(tenant.prepublishSigningKey('none' as never)).rejects.toThrow('must be one of RS256, ');
    await expect(tenant.rotateSigningKey({ keepOld: true, algorithm: 'HS256' as never })).rejects.toThrow(
      RangeError,
    );
    await expect(tenant.rotateSigningKey({ keepOld: true })).resolves.toEqual(expect.any(String));
  });
});
