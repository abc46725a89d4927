import { createPrivateKey } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type IdentityCredentials, type Landscape, startLandscape } from '@nest-ias/landscape';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { CHECK_IDS } from '../src/doctor/check.js';
import { checkNode } from '../src/doctor/environment-checks.js';
import { diagnose, type Expected, expectFault, withStatus } from './diagnose.js';
import { runIas } from './run-ias.js';

const DAY_MS = 86_400_000;

let landscape: Landscape;
/** Of type X509_GENERATED. */
let valid: IdentityCredentials;
let other: IdentityCredentials;
let secret: IdentityCredentials;
let folder: string;

beforeAll(async () => {
  landscape = await startLandscape();
  valid = await landscape.issueBinding({ type: 'X509_GENERATED' });
  other = await landscape.issueBinding({ type: 'X509_GENERATED' });
  secret = await landscape.issueBinding({ type: 'SECRET' });
  folder = await mkdtemp(join(tmpdir(), 'ias-doctor-'));
});
afterAll(async () => {
  await landscape.stop();
  await rm(folder, { recursive: true });
});
afterEach(() => vi.unstubAllEnvs());

const vcap = (...instances: readonly (readonly [name: string, credentials: object, label?: string])[]) => ({
  VCAP_SERVICES: Object.fromEntries(
    instances.map(([, , label = 'identity']) => [
      label,
      instances
        .filter(([, , candidate = 'identity']) => candidate === label)
        .map(([each, content]) => ({ name: each, label, credentials: content })),
    ]),
  ),
  VCAP_APPLICATION: { application_name: 'frontend' },
});

const encrypted = (pem: string) =>
  createPrivateKey(pem).export({
    type: 'pkcs8',
    format: 'pem',
    cipher: 'aes-256-cbc',
    passphrase: 'p',
  }) as string;
const withoutType = (credentials: IdentityCredentials) => ({ ...credentials, 'credential-type': undefined });
const leafOf = (pem = '') => pem.slice(0, pem.indexOf('-----END CERTIFICATE-----') + 26);

/** A secret of SAP BTP Operator and its ServiceBinding, as kubectl lists them. */
function kubernetes(credentials: IdentityCredentials, credentialsRotationPolicy?: object): object {
  const metadata = { name: 'ias-binding' };
  const stringData = {
    ...credentials,
    domains: JSON.stringify(credentials.domains),
    label: 'identity',
    instance_name: 'clicreias',
  };
  return {
    apiVersion: 'v1',
    kind: 'List',
    items: [
      { apiVersion: 'v1', kind: 'Secret', metadata, stringData },
      {
        apiVersion: 'services.cloud.sap.com/v1',
        kind: 'ServiceBinding',
        metadata,
        spec: { credentialsRotationPolicy },
      },
    ],
  };
}

/** Faults that the doctor finds without a network: the name, the binding, options, and what it must say. */
const SEEDS: [string, () => unknown, Expected, string[]?][] = [
  [
    'no identity binding',
    () => vcap(),
    {
      id: 'binding',
      cause: /no service with the label "identity"/,
      remedy: /^cf bind-service frontend INSTANCE -c '\{"credential/,
      code: 'binding_missing',
    },
  ],
  [
    'several identity bindings, none chosen',
    () => vcap(['one', valid], ['two', other]),
    {
      id: 'binding',
      cause: /"one", "two" are bound and none is chosen/,
      remedy: /--service.*: cf set-env frontend IAS_SERVICE_NAME one && cf restage frontend$/,
      code: 'binding_ambiguous',
    },
  ],
  [
    'an unknown name',
    () => vcap(['one', valid]),
    {
      id: 'binding',
      cause: /bound instances are "one"/,
      remedy: /Correct the name.*--service.*: cf set-env frontend IAS_SERVICE_NAME one && /,
      code: 'binding_missing',
    },
    ['--service', 'two'],
  ],
  [
    'a user-provided service',
    () => vcap(['mine', valid, 'user-provided']),
    {
      id: 'binding',
      cause: /"mine" is a user-provided service/,
      remedy: /cf bind-service frontend INSTANCE/,
      code: 'binding_missing',
    },
  ],
  [
    'a service with another label',
    () => vcap(['mine', valid, 'xsuaa']),
    {
      id: 'binding',
      cause: /"mine" has the label "xsuaa"/,
      remedy: /Create an instance of the service "identity"/,
      code: 'binding_missing',
    },
  ],
  [
    'a client secret where a certificate was meant',
    () => vcap(['clicreIas', secret]),
    {
      id: 'credentials',
      status: 'warning',
      cause: /SECRET is the default where -c is forgotten/,
      remedy: /cf bind-service frontend clicreIas -c '\{"credential-type":"X509_GENERATED"\}'/,
    },
  ],
  [
    'NONE for a caller',
    () => ({ ...valid, 'credential-type': 'NONE' }),
    {
      id: 'credentials',
      cause: /only validate tokens/,
      remedy: /X509_GENERATED/,
      code: 'binding_cannot_fetch_tokens',
    },
    ['--role', 'caller'],
  ],
  [
    'X509_PROVIDED without a key',
    () => ({ ...valid, key: undefined, 'credential-type': 'X509_PROVIDED' }),
    {
      id: 'key',
      cause: /brings the private key itself/,
      remedy: /IAS_PRIVATE_KEY_FILE/,
      code: 'binding_cannot_fetch_tokens',
    },
  ],
  [
    'X509_ATTESTED without files',
    () => ({ ...valid, key: undefined, certificate: undefined, 'credential-type': 'X509_ATTESTED' }),
    {
      id: 'certificate',
      cause: /Zero Trust Identity Service/,
      remedy: /IAS_PRIVATE_KEY_FILE and IAS_CERTIFICATE_FILE/,
      code: 'binding_cannot_fetch_tokens',
    },
  ],
  [
    'X509_GENERATED without a key',
    () => ({ ...valid, key: undefined }),
    { id: 'key', cause: /property "key" is missing/, remedy: /X509_GENERATED/, code: 'binding_invalid' },
  ],
  [
    'a certificate that is cut',
    () => ({ ...valid, certificate: valid.certificate?.slice(0, 300) }),
    {
      id: 'certificate',
      cause: /cut: the END line is missing/,
      remedy: /cf create-service-key/,
      code: 'binding_certificate_invalid',
    },
  ],
  [
    'a certificate whose content is cut',
    () => ({ ...valid, certificate: valid.certificate?.replace(/\n(?:[^\n]+\n){3}-----END/, '\n-----END') }),
    {
      id: 'certificate',
      cause: /cut or damaged/,
      remedy: /cf create-service-key/,
      code: 'binding_certificate_invalid',
    },
  ],
  [
    'another block instead of the certificate',
    () => ({ ...valid, certificate: valid.key }),
    {
      id: 'certificate',
      cause: /another block: "EC PRIVATE KEY" instead of "CERTIFICATE"/,
      remedy: /cf create-service-key/,
      code: 'binding_certificate_invalid',
    },
  ],
  [
    'a certificate without its first and last line',
    () => ({ ...valid, certificate: valid.certificate?.split('\n').slice(1, 8).join('\n') }),
    {
      id: 'certificate',
      cause: /"BEGIN CERTIFICATE" and .* are missing/,
      remedy: /cf create-service-key/,
    },
  ],
  [
    'the certificate instead of the key',
    () => ({ ...valid, key: valid.certificate }),
    {
      id: 'key',
      cause: /another block: "CERTIFICATE".* instead of "PRIVATE KEY"/,
      remedy: /X509_GENERATED/,
      code: 'binding_certificate_invalid',
    },
  ],
  [
    'the key of another certificate',
    () => ({ ...valid, key: other.key }),
    { id: 'key', cause: /different bindings/, remedy: /X509_GENERATED/, code: 'binding_certificate_invalid' },
  ],
  [
    'an encrypted key',
    () => ({ ...valid, key: encrypted(valid.key ?? '') }),
    { id: 'key', cause: /no passphrase/, remedy: /X509_GENERATED/, code: 'binding_certificate_invalid' },
  ],
  [
    'a missing intermediate certificate',
    () => ({ ...valid, certificate: leafOf(valid.certificate) }),
    {
      id: 'chain',
      status: 'warning',
      cause: /does not know ".*Landscape Client CA"/,
      remedy: /X509_GENERATED/,
    },
  ],
  [
    'a foreign certificate in the chain',
    () => ({ ...valid, certificate: leafOf(valid.certificate) + leafOf(other.certificate) }),
    { id: 'chain', status: 'warning', cause: /rejects the certificate/, remedy: /X509_GENERATED/ },
  ],
  [
    'an empty secret beside a certificate',
    () => ({ ...valid, clientsecret: '' }),
    {
      id: 'credentials',
      cause: /send the empty secret/,
      remedy: /Remove the property/,
      code: 'binding_invalid',
    },
  ],
  ...([null, 5, {}] as const).map((clientsecret): (typeof SEEDS)[number] => [
    `the secret ${JSON.stringify(clientsecret)} beside a certificate`,
    () => ({ ...valid, clientsecret }),
    {
      id: 'credentials',
      cause: /replaced or removed the value/,
      remedy: /Remove the property/,
      code: 'binding_invalid',
    },
  ]),
  [
    'null instead of the certificate',
    () => ({ ...valid, certificate: null }),
    { id: 'certificate', cause: /"certificate" is null/, remedy: /X509_GENERATED/, code: 'binding_invalid' },
  ],
  [
    'null beside a secret',
    () => ({ ...secret, key: null }),
    { id: 'credentials', cause: /"key".*invalid value/, remedy: /X509_GENERATED/, code: 'binding_invalid' },
  ],
  [
    'a broken key of an app that only validates tokens',
    () => ({ ...valid, key: 'x' }),
    { id: 'credentials', cause: /key/, remedy: /X509_GENERATED/, code: 'binding_certificate_invalid' },
    ['--role', 'receiver'],
  ],
  [
    'certurl of XSUAA',
    () => ({
      clientid: 'x',
      url: 'https://t.authentication.eu10.hana.ondemand.com',
      certurl: 'https://t.authentication.cert.eu10.hana.ondemand.com',
    }),
    {
      id: 'credentials',
      cause: /"certurl" exists in XSUAA only/,
      remedy: /cf bind-service/,
      code: 'binding_invalid',
    },
  ],
  [
    'the token endpoint of XSUAA',
    () => ({ ...valid, url: `${valid.url}/oauth/token` }),
    {
      id: 'credentials',
      cause: /\/oauth\/token, the token endpoint of XSUAA/,
      remedy: /cf bind-service/,
      code: 'binding_invalid',
    },
  ],
  [
    'a url without https',
    () => ({ ...valid, url: 'http://t.accounts.ondemand.com' }),
    {
      id: 'credentials',
      cause: /does not start with https/,
      remedy: /create-service-key/,
      code: 'binding_invalid',
    },
  ],
  [
    'a url outside domains',
    () => ({ ...valid, url: 'https://tenant.evil.example' }),
    {
      id: 'credentials',
      cause: /"tenant\.evil\.example", which is not under its "domains"/,
      remedy: /^Compare "url" and "domains" with the original.*: cf service-key INSTANCE KEY$/,
      code: 'binding_invalid',
    },
  ],
  [
    'a missing client id',
    () => ({ ...valid, clientid: undefined }),
    {
      id: 'credentials',
      cause: /no property "clientid"/,
      remedy: /create-service-key/,
      code: 'binding_invalid',
    },
  ],
  [
    'Kyma without a rotation policy',
    () => kubernetes(valid),
    {
      id: 'validity',
      status: 'warning',
      cause: /no credentialsRotationPolicy/,
      remedy: /spec\.credentialsRotationPolicy/,
    },
  ],
  [
    'a certificate that expires before the next rotation',
    () => kubernetes(valid, { enabled: true, rotationFrequency: '744h' }),
    {
      id: 'validity',
      status: 'warning',
      cause: /before the next rotation.*744h/,
      remedy: /rotationFrequency/,
    },
  ],
];

describe('ias doctor --offline', () => {
  it.each(SEEDS)('names %s', async (_, binding, expected, options = []) => {
    expectFault(await diagnose(binding(), ['--offline', ...options]), expected);
  });

  it.each<[string, number, Expected]>([
    [
      'expired',
      31,
      {
        id: 'validity',
        cause: /service key is old/,
        remedy: /^cf create-service-key INSTANCE NEW_KEY/,
        code: 'binding_certificate_expired',
      },
    ],
    [
      'not yet valid',
      -1,
      {
        id: 'validity',
        cause: /clock of this machine is behind/,
        remedy: /date -u/,
        code: 'binding_certificate_expired',
      },
    ],
    [
      'about to expire',
      25,
      { id: 'validity', status: 'warning', cause: /less than 7 days/, remedy: /create-service-key/ },
    ],
  ])('names a certificate that is %s', async (_, days, expected) => {
    const run = { now: Date.now() + days * DAY_MS };
    expectFault(await diagnose(valid, ['--offline'], run), expected);
  });

  it('says how to renew an expired certificate of an app, and that of Kyma', async () => {
    const run = { now: Date.now() + 31 * DAY_MS };
    expectFault(await diagnose(vcap(['clicreIas', valid]), ['--offline'], run), {
      id: 'validity',
      cause: /only when you bind the app again/,
      remedy:
        /^cf unbind-service frontend clicreIas && cf bind-service frontend clicreIas -c .* && cf restage frontend$/,
    });
    expectFault(await diagnose(kubernetes(valid), ['--offline'], run), {
      id: 'validity',
      cause: /expired|renewed/,
      remedy: /kubectl/,
    });
  });

  it.each([
    ['lost', ''],
    ['replaced by spaces', ' '],
    ['escaped', String.raw`\n`],
  ])('warns about line breaks that were %s, though the apps repair them', async (_, separator) => {
    const change = (pem = '') => pem.replaceAll('\n', separator);
    const [certificate, key] = [change(valid.certificate), change(valid.key)];
    const expected = {
      status: 'warning',
      cause: /changed it\. The apps repair it; other clients reject it/,
      remedy: /original text.*: cf env frontend$/,
      code: 'binding_certificate_invalid',
    } as const;
    const both = await diagnose(vcap(['clicreIas', { ...valid, certificate, key }]), ['--offline']);
    expectFault(both, { ...expected, id: 'certificate' });
    expect(withStatus(both, 'warning')).toEqual(['certificate']);
    expect(both.checks.key.status).toBe('ok');
    const onlyKey = await diagnose(vcap(['clicreIas', { ...valid, key }]), ['--offline']);
    expectFault(onlyKey, { ...expected, id: 'key' });
    expect(withStatus(onlyKey, 'warning')).toEqual(['key']);
  });

  it('accepts one long line between BEGIN and END, and lines of Windows', async () => {
    const windows = valid.certificate?.replaceAll('\n', '\r\n');
    const long = valid.certificate?.replaceAll(/(?<=[A-Za-z0-9+/=])\n(?=[A-Za-z0-9+/=])/g, '');
    for (const certificate of [windows, long])
      expect((await diagnose({ ...valid, certificate }, ['--offline'])).checks.certificate.status).toBe('ok');
  });

  it('infers the type of an older binding', async () => {
    const { checks } = await diagnose(withoutType(valid), ['--offline']);
    expect(checks.credentials.summary).toContain('X509_GENERATED');
  });

  it('checks what needs no network, and skips the rest', async () => {
    const result = await diagnose(valid, ['--offline']);
    expect(withStatus(result, 'ok')).toEqual(CHECK_IDS.slice(0, 8));
    expect(withStatus(result, 'skipped')).toEqual(CHECK_IDS.slice(8));
  });

  it('is for receivers if the type is NONE', async () => {
    const none = await landscape.issueBinding({ type: 'NONE' });
    const result = await diagnose(none, ['--offline']);
    expect(result.ok).toBe(true);
    expect(result.checks.credentials.summary).toContain('role receiver');
    expect(withStatus(result, 'ok')).toEqual(['node', 'environment', 'binding', 'credentials']);
  });

  it('lets receivers have several bindings', async () => {
    const result = await diagnose(vcap(['one', valid], ['two', other]), ['--offline', '--role', 'receiver']);
    expect(result.checks.binding).toMatchObject({
      status: 'ok',
      summary: expect.stringContaining('first of 2') as string,
    });
  });

  it('skips everything after a broken binding', async () => {
    const result = await diagnose('{}', []);
    expect(withStatus(result, 'broken')).toEqual(['binding']);
    expect(withStatus(result, 'skipped')).toEqual(CHECK_IDS.slice(3));
  });

  it('reports a source without a binding as broken', async () => {
    expectFault(await diagnose('no JSON'), {
      id: 'binding',
      cause: /no binding in standard input/,
      remedy: /--from/,
      code: 'binding_unreadable',
    });
  });
});

describe('the environment', () => {
  it('names NODE_TLS_REJECT_UNAUTHORIZED=0', async () => {
    const environment = { NODE_TLS_REJECT_UNAUTHORIZED: '0' };
    expectFault(await diagnose(valid, ['--offline'], { environment }), {
      id: 'environment',
      cause: /refuse to start/,
      remedy: /IAS_CA_FILE.*: unset NODE_TLS_REJECT_UNAUTHORIZED$/,
      code: 'configuration_invalid',
    });
  });

  it('names a proxy for the tenant, unless NO_PROXY exempts it', async () => {
    const tenant = { ...valid, url: 'https://t.accounts.ondemand.com', domains: ['accounts.ondemand.com'] };
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
    expectFault(await diagnose(valid, ['--offline'], { environment }), {
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
    const { certificate = '', key = '', ...provided } = valid;
    const [certificateFile, keyFile] = [join(folder, 'own.pem'), join(folder, 'own.key')];
    await writeFile(certificateFile, certificate);
    await writeFile(keyFile, key, { mode: 0o600 });
    const environment = { IAS_CERTIFICATE_FILE: certificateFile, IAS_PRIVATE_KEY_FILE: keyFile };
    const attested = { ...provided, 'credential-type': 'X509_ATTESTED' };
    expect((await diagnose(attested, ['--offline'], { environment })).ok).toBe(true);
  });
});

describe('hostile text', () => {
  it('of a certificate is escaped', async () => {
    const { certificate, key } = await landscape.issueCertificate({ commonName: 'a\u{1b}[2J\u{202e}b' });
    const input = JSON.stringify({ ...valid, certificate, key });
    const { stdout } = await runIas(['doctor', '--from', '-', '--offline'], { input });
    expect(stdout).toMatch(/CN=a.*2J.*b/);
    for (const hidden of ['\u{1b}', '\u{202e}']) expect(stdout).not.toContain(hidden);
  });

  it('of a host name is quoted in commands', async () => {
    const host = '$(id).invalid';
    const binding = { ...valid, url: `https://${host}`, domains: [host] };
    vi.stubEnv('HTTPS_PROXY', 'http://proxy.example:3128');
    vi.stubEnv('NO_PROXY', '');
    vi.stubEnv('no_proxy', '');
    expect((await diagnose(binding, ['--offline'])).checks.environment.remedy).toContain(
      `export NO_PROXY='${host}'`,
    );
  });

  it('is quoted in commands and escaped on the screen', async () => {
    const hostile = vcap(['$(id)\u{1b}[31m', secret]);
    const { stdout } = await runIas(['doctor', '--from', '-', '--offline'], {
      input: JSON.stringify(hostile),
    });
    expect(stdout).toContain(String.raw`$'$(id)\x1b[31m'`);
    expect(stdout).not.toContain('\u{1b}');
  });
});
