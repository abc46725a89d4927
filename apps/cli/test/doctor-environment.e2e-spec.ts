import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { checkNode } from '../src/doctor/environment-checks.js';
import { diagnose, expectFault } from './diagnose.js';
import { useSampleBindings } from './sample-bindings.js';

const bindings = useSampleBindings();
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ias-doctor-'));
});
afterAll(() => rm(folder, { recursive: true }));
afterEach(() => vi.unstubAllEnvs());

describe('the environment', () => {
  it('names NODE_TLS_REJECT_UNAUTHORIZED=0', async () => {
    const environment = { NODE_TLS_REJECT_UNAUTHORIZED: '0' };
    expectFault(await diagnose(bindings.valid, ['--offline'], { environment }), {
      id: 'environment',
      cause: /refuse to start/,
      remedy: /IAS_CA_FILE.*: unset NODE_TLS_REJECT_UNAUTHORIZED$/,
      code: 'configuration_invalid',
    });
  });

  it('names a proxy for the tenant, unless NO_PROXY exempts it', async () => {
    const tenant = {
      ...bindings.valid,
      url: 'https://t.accounts.ondemand.com',
      domains: ['accounts.ondemand.com'],
    };
    vi.stubEnv('HTTPS_PROXY', 'http://proxy.example:3128');
    vi.stubEnv('NO_PROXY', 'example.org');
    vi.stubEnv('no_proxy', '');
    expectFault(await diagnose(tenant, ['--offline'], { environment: { NO_PROXY: 'example.org' } }), {
      id: 'environment',
      cause: /HTTPS_PROXY or ALL_PROXY applies/,
      remedy: /: export NO_PROXY=example\.org,t\.accounts\.ondemand\.com$/,
      code: 'configuration_invalid',
    });
    vi.stubEnv('NO_PROXY', 't.accounts.ondemand.com');
    expect((await diagnose(tenant, ['--offline'])).checks.environment.status).toBe('ok');
  });

  it.each([
    [{ IAS_CA_FILE: '/nonexistent/ca.pem' }, /IAS_CA_FILE/],
    [{ IAS_CERTIFICATE_HOPS: 'many' }, /IAS_CERTIFICATE_HOPS/],
    [{ IAS_PRIVATE_KEY_FILE: '/nonexistent/key.pem' }, /IAS_PRIVATE_KEY_FILE/],
  ])('names an invalid variable in %j', async (environment, cause) => {
    expectFault(await diagnose(bindings.valid, ['--offline'], { environment }), {
      id: 'environment',
      cause,
      remedy: new RegExp(`: unset ${Object.keys(environment).join(' ')}$`),
      code: 'configuration_invalid',
    });
  });

  it.each([
    ['v18.20.0', 'broken'],
    ['v20.18.3', 'broken'],
    ['v20.19.0', 'ok'],
    ['v22.11.0', 'broken'],
    ['v22.12.0', 'ok'],
    ['v23.5.0', 'broken'],
    ['v24.0.0', 'ok'],
    ['v26.1.0', 'ok'],
  ])('calls Node.js %s %s', (version, status) => {
    expect(checkNode(version).status).toBe(status);
  });

  it('uses key and certificate of the app', async () => {
    const { certificate = '', key = '', ...provided } = bindings.valid;
    const [certificateFile, keyFile] = [join(folder, 'own.pem'), join(folder, 'own.key')];
    await writeFile(certificateFile, certificate);
    await writeFile(keyFile, key, { mode: 0o600 });
    const environment = { IAS_CERTIFICATE_FILE: certificateFile, IAS_PRIVATE_KEY_FILE: keyFile };
    const attested = { ...provided, 'credential-type': 'X509_ATTESTED' };
    expect((await diagnose(attested, ['--offline'], { environment })).ok).toBe(true);
  });
});
