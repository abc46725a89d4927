import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLandscape } from '@nest-ias/landscape';
import type { Landscape } from '@nest-ias/landscape';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { resolveSettings } from '../core/settings.js';
import { IdentityBindings } from './identity-bindings.js';
import { loadDefaultEnvironment } from './binding-source.js';

let landscape: Landscape;
let issued: Record<string, unknown>;
let folder: string;

beforeAll(async () => {
  landscape = await startLandscape();
  issued = { ...(await landscape.issueBinding({ type: 'X509_GENERATED' })) };
});
afterAll(() => landscape.stop());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nest-ias-'));
  for (const name of [
    'VCAP_SERVICES',
    'VCAP_SERVICES_FILE_PATH',
    'SERVICE_BINDING_ROOT',
    'VCAP_APPLICATION',
  ]) {
    vi.stubEnv(name, undefined);
  }
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const load = (options = {}, environment = {}) =>
  IdentityBindings.load(resolveSettings(options, { ...process.env, ...environment }), Date.now());
const vcap = (...instances: [string, unknown][]) =>
  JSON.stringify({
    identity: instances.map(([name, credentials]) => ({ name, label: 'identity', credentials })),
  });

describe('IdentityBindings', () => {
  it('reads VCAP_SERVICES', () => {
    vi.stubEnv('VCAP_SERVICES', vcap(['clicreIas', issued]));
    expect(load().outbound.name).toBe('clicreIas');
  });

  it('reads the file of VCAP_SERVICES_FILE_PATH', () => {
    writeFileSync(join(folder, 'vcap.json'), vcap(['fromFile', issued]));
    vi.stubEnv('VCAP_SERVICES_FILE_PATH', join(folder, 'vcap.json'));
    expect(load().outbound.name).toBe('fromFile');
  });

  it.each([
    ['does not exist', () => join(folder, 'nothing.json'), 'ENOENT'],
    ['is a folder', () => folder, 'EISDIR'],
  ])('reports that the file of VCAP_SERVICES_FILE_PATH %s', (_, path, code) => {
    vi.stubEnv('VCAP_SERVICES_FILE_PATH', path());
    expect(() => load()).toThrow(`(${code}): check the path and its permissions`);
  });

  it('reports that the file of VCAP_SERVICES_FILE_PATH is not JSON', () => {
    writeFileSync(join(folder, 'vcap.json'), '{"identity":');
    vi.stubEnv('VCAP_SERVICES_FILE_PATH', join(folder, 'vcap.json'));
    expect(() => load()).toThrow('the content is not JSON');
  });

  it('reads mounted secrets <root>/identity/<instance>/<property>', () => {
    const instance = join(folder, 'identity', 'mounted');
    mkdirSync(instance, { recursive: true });
    for (const [property, value] of Object.entries(issued)) {
      writeFileSync(join(instance, property), typeof value === 'string' ? value : JSON.stringify(value));
    }
    vi.stubEnv('SERVICE_BINDING_ROOT', folder);
    expect(load({ outbound: true }).outbound).toMatchObject({
      name: 'mounted',
      credentialType: 'X509_GENERATED',
    });
  });

  it('reads bindings in the layout of servicebinding.io', () => {
    const instance = join(folder, 'spec');
    mkdirSync(instance);
    writeFileSync(join(instance, 'type'), 'identity');
    for (const [property, value] of Object.entries(issued)) {
      writeFileSync(join(instance, property), typeof value === 'string' ? value : JSON.stringify(value));
    }
    vi.stubEnv('SERVICE_BINDING_ROOT', folder);
    expect(load().outbound.name).toBe('spec');
  });

  it('selects by IAS_SERVICE_NAME, and uses all without it', () => {
    vi.stubEnv('VCAP_SERVICES', vcap(['one', issued], ['two', issued]));
    expect(load().all.map(({ name }) => name)).toEqual(['one', 'two']);
    expect(load({ outbound: true }, { IAS_SERVICE_NAME: 'two' }).outbound.name).toBe('two');
  });

  it.each([
    [
      'nothing is bound',
      undefined,
      {},
      'binding_missing',
      'No service instance with label "identity" is bound',
    ],
    ['other services are bound', '{"xsuaa":[]}', {}, 'binding_missing', 'No service instance'],
    ['VCAP_SERVICES is not JSON', '{', {}, 'binding_unreadable', 'the environment variable VCAP_SERVICES'],
    ['VCAP_SERVICES is null', 'null', {}, 'binding_missing', 'No service instance'],
    ['an instance is null', '{"identity":[null]}', {}, 'binding_unreadable', 'VCAP_SERVICES'],
    [
      'no binding has the name',
      vcap(['a', {}]),
      { IAS_SERVICE_NAME: 'b' },
      'binding_missing',
      'use one of "a"',
    ],
    ['the credentials are empty', vcap(['a', {}]), {}, 'binding_invalid', 'has no property'],
  ])('rejects: %s', (_, services, environment, code, message) => {
    vi.stubEnv('VCAP_SERVICES', services);
    expect(() => load({}, environment)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) }),
    );
  });

  it('rejects several bindings if the app fetches tokens', () => {
    vi.stubEnv('VCAP_SERVICES', vcap(['one', issued], ['two', issued]));
    expect(() => load({ outbound: true })).toThrow(expect.objectContaining({ code: 'binding_ambiguous' }));
  });

  it('rejects a binding that cannot fetch tokens only if the app fetches tokens', async () => {
    const credentials = await landscape.issueBinding({ type: 'NONE' });
    expect(load({ credentials }).all).toHaveLength(1);
    expect(() => load({ credentials, outbound: true })).toThrow(
      expect.objectContaining({ code: 'binding_cannot_fetch_tokens' }),
    );
  });

  it.each([
    ['expired', 40],
    ['not yet valid', -400],
  ])('rejects a certificate that is %s only if the app fetches tokens', (_, days) => {
    const now = Date.now() + days * 86_400_000;
    const at = (outbound: boolean) =>
      IdentityBindings.load(resolveSettings({ credentials: issued, outbound }, {}), now);
    expect(at(false).all).toHaveLength(1);
    expect(() => at(true)).toThrow(expect.objectContaining({ code: 'binding_certificate_expired' }));
  });
});

describe('loadDefaultEnvironment', () => {
  const file = () => join(folder, 'default-env.json');

  it('loads the first file that exists and keeps existing variables', () => {
    writeFileSync(file(), JSON.stringify({ VCAP_SERVICES: { identity: [] }, LOG_LEVEL: 'debug' }));
    vi.stubEnv('LOG_LEVEL', 'warn');
    loadDefaultEnvironment([join(folder, 'none.json'), file()]);
    expect(process.env['VCAP_SERVICES']).toBe('{"identity":[]}');
    expect(process.env['LOG_LEVEL']).toBe('warn');
  });

  it('does not replace a mounted binding', () => {
    writeFileSync(file(), JSON.stringify({ VCAP_SERVICES: {} }));
    vi.stubEnv('SERVICE_BINDING_ROOT', folder);
    loadDefaultEnvironment([file()]);
    expect(process.env['VCAP_SERVICES']).toBeUndefined();
  });

  it('replaces no binding in another form by a file', () => {
    writeFileSync(file(), JSON.stringify({ VCAP_SERVICES_FILE_PATH: '/other.json' }));
    vi.stubEnv('VCAP_SERVICES', '{"identity":[]}');
    loadDefaultEnvironment([file()]);
    expect(process.env['VCAP_SERVICES']).toBe('{"identity":[]}');
    expect(process.env['VCAP_SERVICES_FILE_PATH']).toBeUndefined();
  });

  it('can name the file of a binding', () => {
    writeFileSync(file(), JSON.stringify({ VCAP_SERVICES_FILE_PATH: '/own.json' }));
    loadDefaultEnvironment([file()]);
    expect(process.env['VCAP_SERVICES_FILE_PATH']).toBe('/own.json');
  });

  it('reads no file on Cloud Foundry', () => {
    writeFileSync(file(), JSON.stringify({ VCAP_SERVICES: {} }));
    vi.stubEnv('VCAP_APPLICATION', '{}');
    loadDefaultEnvironment([file()]);
    expect(process.env['VCAP_SERVICES']).toBeUndefined();
  });

  it('names a file that is not JSON without repeating its content', () => {
    writeFileSync(file(), '{"VCAP_SERVICES": "s3cret');
    expect(() => loadDefaultEnvironment([file()])).toThrow(
      expect.objectContaining({ code: 'binding_unreadable', message: expect.not.stringContaining('s3cret') }),
    );
  });
});
