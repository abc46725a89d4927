import { createPrivateKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { diagnose, type Expected, expectFault, withStatus } from './diagnose.js';
import { kubernetes, useSampleBindings, vcap } from './sample-bindings.js';

const DAY_MS = 86_400_000;

const bindings = useSampleBindings();

const encrypted = (pem: string) =>
  createPrivateKey(pem).export({
    type: 'pkcs8',
    format: 'pem',
    cipher: 'aes-256-cbc',
    passphrase: 'p',
  }) as string;
const leafOf = (pem = '') => pem.slice(0, pem.indexOf('-----END CERTIFICATE-----') + 26);

/** Faults of certificates and keys that the doctor finds without a network: the name, the binding, options, and what it must say. */
const SEEDS: [string, () => unknown, Expected, string[]?][] = [
  [
    'X509_PROVIDED without a key',
    () => ({ ...bindings.valid, key: undefined, 'credential-type': 'X509_PROVIDED' }),
    {
      id: 'key',
      cause: /brings the private key itself/,
      remedy: /IAS_PRIVATE_KEY_FILE/,
      code: 'binding_cannot_fetch_tokens',
    },
  ],
  [
    'X509_ATTESTED without files',
    () => ({ ...bindings.valid, key: undefined, certificate: undefined, 'credential-type': 'X509_ATTESTED' }),
    {
      id: 'certificate',
      cause: /Zero Trust Identity Service/,
      remedy: /IAS_PRIVATE_KEY_FILE and IAS_CERTIFICATE_FILE/,
      code: 'binding_cannot_fetch_tokens',
    },
  ],
  [
    'X509_GENERATED without a key',
    () => ({ ...bindings.valid, key: undefined }),
    { id: 'key', cause: /property "key" is missing/, remedy: /X509_GENERATED/, code: 'binding_invalid' },
  ],
  [
    'a certificate that is cut',
    () => ({ ...bindings.valid, certificate: bindings.valid.certificate?.slice(0, 300) }),
    {
      id: 'certificate',
      cause: /cut: the END line is missing/,
      remedy: /cf create-service-key/,
      code: 'binding_certificate_invalid',
    },
  ],
  [
    'a certificate whose content is cut',
    () => ({
      ...bindings.valid,
      certificate: bindings.valid.certificate?.replace(/\n(?:[^\n]+\n){3}-----END/, '\n-----END'),
    }),
    {
      id: 'certificate',
      cause: /cut or damaged/,
      remedy: /cf create-service-key/,
      code: 'binding_certificate_invalid',
    },
  ],
  [
    'another block instead of the certificate',
    () => ({ ...bindings.valid, certificate: bindings.valid.key }),
    {
      id: 'certificate',
      cause: /another block: "EC PRIVATE KEY" instead of "CERTIFICATE"/,
      remedy: /cf create-service-key/,
      code: 'binding_certificate_invalid',
    },
  ],
  [
    'a certificate without its first and last line',
    () => ({
      ...bindings.valid,
      certificate: bindings.valid.certificate?.split('\n').slice(1, 8).join('\n'),
    }),
    {
      id: 'certificate',
      cause: /"BEGIN CERTIFICATE" and .* are missing/,
      remedy: /cf create-service-key/,
    },
  ],
  [
    'the certificate instead of the key',
    () => ({ ...bindings.valid, key: bindings.valid.certificate }),
    {
      id: 'key',
      cause: /another block: "CERTIFICATE".* instead of "PRIVATE KEY"/,
      remedy: /X509_GENERATED/,
      code: 'binding_certificate_invalid',
    },
  ],
  [
    'the key of another certificate',
    () => ({ ...bindings.valid, key: bindings.other.key }),
    { id: 'key', cause: /different bindings/, remedy: /X509_GENERATED/, code: 'binding_certificate_invalid' },
  ],
  [
    'an encrypted key',
    () => ({ ...bindings.valid, key: encrypted(bindings.valid.key ?? '') }),
    { id: 'key', cause: /no passphrase/, remedy: /X509_GENERATED/, code: 'binding_certificate_invalid' },
  ],
  [
    'a missing intermediate certificate',
    () => ({ ...bindings.valid, certificate: leafOf(bindings.valid.certificate) }),
    {
      id: 'chain',
      status: 'warning',
      cause: /does not know ".*Landscape Client CA"/,
      remedy: /X509_GENERATED/,
    },
  ],
  [
    'a foreign certificate in the chain',
    () => ({
      ...bindings.valid,
      certificate: leafOf(bindings.valid.certificate) + leafOf(bindings.other.certificate),
    }),
    { id: 'chain', status: 'warning', cause: /rejects the certificate/, remedy: /X509_GENERATED/ },
  ],
  [
    'null instead of the certificate',
    () => ({ ...bindings.valid, certificate: null }),
    { id: 'certificate', cause: /"certificate" is null/, remedy: /X509_GENERATED/, code: 'binding_invalid' },
  ],
  [
    'Kyma without a rotation policy',
    () => kubernetes(bindings.valid),
    {
      id: 'validity',
      status: 'warning',
      cause: /no credentialsRotationPolicy/,
      remedy: /spec\.credentialsRotationPolicy/,
    },
  ],
  [
    'a certificate that expires before the next rotation',
    () => kubernetes(bindings.valid, { enabled: true, rotationFrequency: '744h' }),
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
    expectFault(await diagnose(bindings.valid, ['--offline'], run), expected);
  });

  it('says how to renew an expired certificate of an app, and that of Kyma', async () => {
    const run = { now: Date.now() + 31 * DAY_MS };
    expectFault(await diagnose(vcap(['clicreIas', bindings.valid]), ['--offline'], run), {
      id: 'validity',
      cause: /only when you bind the app again/,
      remedy:
        /^cf unbind-service frontend clicreIas && cf bind-service frontend clicreIas -c .* && cf restage frontend$/,
    });
    expectFault(await diagnose(kubernetes(bindings.valid), ['--offline'], run), {
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
    const [certificate, key] = [change(bindings.valid.certificate), change(bindings.valid.key)];
    const expected = {
      status: 'warning',
      cause: /changed it\. The apps repair it; other clients reject it/,
      remedy: /original text.*: cf env frontend$/,
      code: 'binding_certificate_invalid',
    } as const;
    const both = await diagnose(vcap(['clicreIas', { ...bindings.valid, certificate, key }]), ['--offline']);
    expectFault(both, { ...expected, id: 'certificate' });
    expect(withStatus(both, 'warning')).toEqual(['certificate']);
    expect(both.checks.key.status).toBe('ok');
    const onlyKey = await diagnose(vcap(['clicreIas', { ...bindings.valid, key }]), ['--offline']);
    expectFault(onlyKey, { ...expected, id: 'key' });
    expect(withStatus(onlyKey, 'warning')).toEqual(['key']);
  });

  it('accepts one long line between BEGIN and END, and lines of Windows', async () => {
    const windows = bindings.valid.certificate?.replaceAll('\n', '\r\n');
    const long = bindings.valid.certificate?.replaceAll(/(?<=[A-Za-z0-9+/=])\n(?=[A-Za-z0-9+/=])/g, '');
    for (const certificate of [windows, long])
      expect(
        (await diagnose({ ...bindings.valid, certificate }, ['--offline'])).checks.certificate.status,
      ).toBe('ok');
  });
});
