import { describe, expect, it } from 'vitest';
import { readBindingDocument } from './binding-document.js';

const CREDENTIALS = {
  clientid: 'id',
  url: 'https://t.accounts.ondemand.com',
  domains: ['accounts.ondemand.com'],
};
const INSTANCE = { name: 'clicreIas', label: 'identity', credentials: CREDENTIALS };
const VCAP = {
  identity: [INSTANCE],
  'user-provided': [{ name: 'other', label: 'user-provided', credentials: {} }],
};

const json = (value: unknown) => JSON.stringify(value, undefined, 2);
const base64 = (text: string) => Buffer.from(text).toString('base64');

const BOUND = { name: 'clicreIas', label: 'identity', credentials: CREDENTIALS, origin: 'app' };
const KEY = { name: undefined, label: 'identity', credentials: CREDENTIALS, origin: 'key' };
const SECRET_DATA = {
  clientid: base64('id'),
  url: base64(CREDENTIALS.url),
  domains: base64(JSON.stringify(CREDENTIALS.domains)),
  label: base64('identity'),
  instance_name: base64('clicreIas'),
};
const secret = (content: object, name = 'sk') => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name },
  ...content,
});

describe('readBindingDocument', () => {
  it.each<[string, string, object]>([
    ['credentials', json(CREDENTIALS), KEY],
    ['a service key', json({ credentials: CREDENTIALS }), KEY],
    ['a service key with a byte order mark', `\u{feff}${json(CREDENTIALS)}`, KEY],
    [
      'cf service-key',
      `Getting key sk for service instance clicreIas as me...\n\n${json({ credentials: CREDENTIALS })}\n`,
      KEY,
    ],
    ['cf curl …/details', json({ credentials: CREDENTIALS, syslog_drain_url: null }), KEY],
    ['cf curl of the old API', json({ metadata: {}, entity: { name: 'sk', credentials: CREDENTIALS } }), KEY],
    ['VCAP_SERVICES', json(VCAP), BOUND],
    ['one instance of VCAP_SERVICES', json(INSTANCE), BOUND],
    ['default-env.json', json({ VCAP_SERVICES: VCAP }), BOUND],
    ['default-env.json with text', json({ VCAP_SERVICES: json(VCAP) }), BOUND],
    ['cf curl …/env', json({ system_env_json: { VCAP_SERVICES: VCAP }, running_env_json: {} }), BOUND],
    [
      'cf env',
      `Getting env variables for app frontend in org o / space s as me...\nSystem-Provided:\nVCAP_SERVICES: ${json(VCAP)}\n\n` +
        `VCAP_APPLICATION: ${json({ application_name: 'frontend' })}\n\nNo user-defined env variables have been set\n`,
      BOUND,
    ],
    [
      'cf env of version 6',
      `System-Provided:\n${json({ VCAP_SERVICES: VCAP })}\n\n${json({ VCAP_APPLICATION: {} })}`,
      BOUND,
    ],
  ])('reads %s', (_, text, service) => {
    expect(readBindingDocument(text)?.services[0]).toEqual(service);
  });

  it.each<[string, object]>([
    ['a secret', secret({ data: SECRET_DATA })],
    [
      'a secret with stringData',
      secret({ stringData: { ...CREDENTIALS, label: 'identity', instance_name: 'clicreIas' } }),
    ],
    ['a list', { apiVersion: 'v1', kind: 'List', items: [secret({ data: SECRET_DATA })] }],
    [
      'a secret with one entry',
      secret({
        data: {
          credentials: base64(json(CREDENTIALS)),
          label: base64('identity'),
          instance_name: base64('clicreIas'),
        },
      }),
    ],
  ])('reads %s of Kubernetes', (_, resource) => {
    expect(readBindingDocument(json(resource))?.services).toMatchObject([
      { name: 'clicreIas', label: 'identity', origin: 'kubernetes', credentials: { clientid: 'id' } },
    ]);
  });

  it.each([
    [
      { enabled: true, rotationFrequency: '72h' },
      { enabled: true, frequency: '72h' },
    ],
    [undefined, { enabled: false, frequency: undefined }],
  ])('reads the rotation policy %j', (credentialsRotationPolicy, rotation) => {
    const binding = {
      apiVersion: 'services.cloud.sap.com/v1',
      kind: 'ServiceBinding',
      metadata: { name: 'b' },
      spec: { secretName: 'sk', credentialsRotationPolicy },
    };
    const list = { apiVersion: 'v1', kind: 'List', items: [binding, secret({ data: SECRET_DATA })] };
    expect(readBindingDocument(json(list))?.services[0]?.rotation).toEqual(rotation);
  });

  it('reads the name of the app from cf env', () => {
    const heading = 'Getting env variables for app frontend in org o / space s as me...';
    expect(readBindingDocument(`${heading}\nVCAP_SERVICES: ${json(VCAP)}`)?.app).toBe('frontend');
    expect(
      readBindingDocument(`VCAP_SERVICES: {}\nVCAP_APPLICATION: ${json({ application_name: 'backend' })}`),
    ).toEqual({ services: [], app: 'backend' });
  });

  it('keeps services with other labels', () => {
    expect(readBindingDocument(json(VCAP))?.services.map(({ label }) => label)).toEqual([
      'identity',
      'user-provided',
    ]);
  });

  it.each([
    ['nothing', ''],
    ['words', 'hello'],
    ['broken JSON', '{"a":'],
    ['a list', '[]'],
    ['a number', '42'],
    ['another object', json({ a: 1 })],
    ['braces', '{'.repeat(100_000)],
    ['open strings', '{"a":"'.repeat(20_000)],
  ])('finds no services in %s', (_, text) => {
    expect(readBindingDocument(text)).toBeUndefined();
  });
});
