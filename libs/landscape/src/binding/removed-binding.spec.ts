import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requestToken } from '../../test/https-client.js';
import { type IdentityCredentials, type Landscape, startLandscape } from '../index.js';

describe('a removed binding', () => {
  let landscape: Landscape;

  beforeAll(async () => {
    landscape = await startLandscape();
  });
  afterAll(async () => landscape.stop());

  const outcome = async (credentials: IdentityCredentials, extra: Record<string, string> = {}) => {
    const { status } = await requestToken(landscape, credentials, extra);
    return status === 200 ? 'token' : landscape.tenant.requests.at(-1)?.refusal;
  };
  const rotated = async () => landscape.issueBinding({ type: 'X509_GENERATED', appIdentifier: 'rotated' });

  it('has its credentials rejected, but not those of the binding that replaced it', async () => {
    const [before, after] = [await rotated(), await rotated()];
    landscape.removeBinding(before);
    expect([await outcome(before), await outcome(after)]).toEqual(['certificate_unbound', 'token']);
  });

  it('releases its subject, of which an application can have 20', async () => {
    const application = landscape.tenant.addApplication();
    const bind = async () => landscape.issueBinding({ type: 'X509_GENERATED' }, application);
    const bindings = await Promise.all(Array.from({ length: 20 }, bind));
    await expect(bind()).rejects.toThrow('at most 20');
    for (const binding of bindings.slice(0, 1)) landscape.removeBinding(binding);
    await expect(bind()).resolves.toHaveProperty('certificate');
  });

  it('with a secret invalidates this secret only', async () => {
    const [first, second] = [
      await landscape.issueBinding({ type: 'SECRET' }),
      await landscape.issueBinding({ type: 'SECRET' }),
    ];
    landscape.removeBinding(first);
    expect(await outcome(first, { client_secret: first.clientsecret ?? '' })).toBe('secret_wrong');
    expect(await outcome(second, { client_secret: second.clientsecret ?? '' })).toBe('token');
  });

  it('with a provided certificate has it rejected until it is provided again', async () => {
    const { certificate, key } = await landscape.issueCertificate({ commonName: 'provided' });
    const provide = async () => ({
      binding: await landscape.issueBinding({ type: 'X509_PROVIDED', certificate }),
    });
    const { binding } = await provide();
    landscape.removeBinding(binding);
    expect(await outcome({ ...binding, key })).toBe('certificate_unbound');
    await provide();
    expect(await outcome({ ...binding, key })).toBe('token');
  });

  it('with an attested subject has every certificate of this subject rejected', async () => {
    const own = await landscape.issueCertificate({ commonName: 'attested' });
    const binding = await landscape.issueBinding({ type: 'X509_ATTESTED', certificate: own.certificate });
    expect(await outcome({ ...binding, ...own })).toBe('token');
    landscape.removeBinding(binding);
    expect(await outcome({ ...binding, ...own })).toBe('certificate_unknown');
  });

  it('cannot be removed again', async () => {
    const binding = await landscape.issueBinding({ type: 'NONE' });
    landscape.removeBinding(binding);
    expect(() => landscape.removeBinding(binding)).toThrow('no such binding');
  });
});
