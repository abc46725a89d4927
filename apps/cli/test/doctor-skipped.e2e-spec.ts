import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type IdentityCredentials, type Landscape, startLandscape } from '@nest-ias/landscape';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CHECK_IDS } from '../src/doctor/check.js';
import { diagnose, expectFault, withStatus } from './diagnose.js';

const DAY_MS = 86_400_000;

let landscape: Landscape;
let credentials: IdentityCredentials;
let caFile: string;
let folder: string;

beforeAll(async () => {
  landscape = await startLandscape();
  caFile = await landscape.caFile();
  folder = await mkdtemp(join(tmpdir(), 'ias-doctor-'));
});
beforeEach(async () => {
  landscape.tenant.reset();
  credentials = await landscape.issueBinding({ type: 'X509_GENERATED' });
});
afterAll(async () => {
  await landscape.stop();
  await rm(folder, { recursive: true });
});

const NEEDS_ENVIRONMENT = 'needs "environment", which is broken';

describe('checks that depend on a broken environment are skipped, and no others', () => {
  it.each(['/nonexistent/ca.pem', ''])('IAS_CA_FILE is "%s"', async (file) => {
    const result = await diagnose(credentials, [], { environment: { IAS_CA_FILE: file } });
    expect(withStatus(result, 'broken')).toEqual(['environment']);
    expect(withStatus(result, 'skipped')).toEqual(CHECK_IDS.slice(CHECK_IDS.indexOf('tenant')));
    expect(result.checks.tenant.summary).toBe(NEEDS_ENVIRONMENT);
  });

  it('NODE_TLS_REJECT_UNAUTHORIZED=0 beside a good IAS_CA_FILE', async () => {
    const environment = { NODE_TLS_REJECT_UNAUTHORIZED: '0', IAS_CA_FILE: caFile };
    const result = await diagnose(credentials, [], { environment });
    expect(withStatus(result, 'broken')).toEqual(['environment']);
    expect(withStatus(result, 'skipped')).toEqual(['target']);
  });

  it.each(['IAS_PRIVATE_KEY_FILE', 'IAS_CERTIFICATE_FILE'])('%s cannot be read', async (variable) => {
    const keyFile = join(folder, 'key.pem');
    await writeFile(keyFile, credentials.key ?? '');
    const environment = {
      IAS_CA_FILE: caFile,
      IAS_PRIVATE_KEY_FILE: keyFile,
      [variable]: '/nonexistent.pem',
    };
    const provided = { ...credentials, key: undefined, 'credential-type': 'X509_PROVIDED' };
    const result = await diagnose(provided, [], { environment });
    const isKey = variable === 'IAS_PRIVATE_KEY_FILE';
    expect(withStatus(result, 'broken')).toEqual(['environment']);
    expect(result.checks[isKey ? 'key' : 'certificate'].summary).toBe(NEEDS_ENVIRONMENT);
    expect(result.checks[isKey ? 'certificate' : 'key'].status).toBe('ok');
    expect(result.checks.token.summary).toBe(NEEDS_ENVIRONMENT);
    expect(landscape.tenant.requests.filter(({ path }) => path === '/oauth2/token')).toEqual([]);
    const generated = await diagnose(credentials, [], { environment });
    expect(withStatus(generated, 'broken')).toEqual(['environment']);
    expect(generated.checks.token.status).toBe('ok');
  });

  it('an invalid variable beside others that are valid', async () => {
    const instances = ['one', 'two'].map((name) => ({ name, label: 'identity', credentials }));
    const environment = {
      IAS_CERTIFICATE_HOPS: 'many',
      IAS_PROOF_OF_POSSESSION: 'x',
      IAS_SERVICE_NAME: 'two',
    };
    const result = await diagnose({ identity: instances }, ['--offline'], { environment });
    expectFault(result, {
      id: 'environment',
      cause: /IAS_CERTIFICATE_HOPS.*IAS_PROOF_OF_POSSESSION/,
      remedy: /: unset IAS_CERTIFICATE_HOPS IAS_PROOF_OF_POSSESSION$/,
    });
    expect(withStatus(result, 'broken')).toEqual(['environment']);
    expect(result.checks.binding.summary).toContain('"two"');
  });
});

describe('remedies for certificates that are not from the service', () => {
  const own = async (type: 'X509_PROVIDED' | 'X509_ATTESTED') => {
    const [keyFile, certificateFile] = [join(folder, 'own.key'), join(folder, 'own.pem')];
    await writeFile(keyFile, credentials.key ?? '');
    await writeFile(certificateFile, credentials.certificate ?? '');
    return {
      environment: {
        IAS_CA_FILE: caFile,
        IAS_PRIVATE_KEY_FILE: keyFile,
        IAS_CERTIFICATE_FILE: certificateFile,
      },
      binding: {
        identity: [
          {
            name: 'clicreIas',
            label: 'identity',
            credentials: {
              ...credentials,
              key: undefined,
              ...(type === 'X509_ATTESTED' && { certificate: undefined }),
              'credential-type': type,
            },
          },
        ],
      },
    };
  };

  it.each([
    [
      'X509_PROVIDED',
      /authority issue a new certificate.*IAS_PRIVATE_KEY_FILE.* -c provided\.json && cf restage/,
    ],
    ['X509_ATTESTED', /Zero Trust Identity Service.*IAS_PRIVATE_KEY_FILE.*"X509_ATTESTED"/],
  ] as const)('%s that is expired, or unknown to the tenant', async (type, remedy) => {
    const { binding, environment } = await own(type);
    const expired = await diagnose(binding, ['--offline'], { environment, now: Date.now() + 31 * DAY_MS });
    expectFault(expired, { id: 'validity', cause: /./, remedy, code: 'binding_certificate_expired' });
    landscape.tenant.revokeCertificate(credentials.certificate ?? '');
    const refused = await diagnose(binding, [], { environment });
    expectFault(refused, { id: 'token', cause: /unknown to the tenant/, remedy, code: 'client_rejected' });
    for (const { remedy: text = '' } of Object.values({ ...expired.checks, ...refused.checks }))
      expect(text).not.toContain('X509_GENERATED');
  });
});
