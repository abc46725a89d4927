import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { resolveSettings } from '../core/settings.js';
import { readBindingSource } from './binding-source.js';

const SECRET = 'the-secret';
const KEY = {
  clientid: 'client',
  clientsecret: SECRET,
  key: SECRET,
  url: 'https://t.example.com',
  domains: ['example.com'],
};
const XSUAA = { clientid: 'client', clientsecret: SECRET, url: 'https://u.example.com', xsappname: 'app' };

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nest-ias-'));
  for (const name of ['VCAP_SERVICES', 'VCAP_SERVICES_FILE_PATH', 'SERVICE_BINDING_ROOT', 'VCAP_APPLICATION'])
    vi.stubEnv(name, undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const failure = (): Error => {
  try {
    readBindingSource(resolveSettings({}, process.env));
  } catch (error) {
    return error as Error;
  }
  throw new Error('A binding was found.');
};

const service = (label: string, name: string, credentials: object) => ({
  [label]: [{ name, label, credentials }],
});

describe('a missing binding', () => {
  it.each([
    ['nothing', undefined, 'is bound: neither VCAP_SERVICES nor VCAP_SERVICES_FILE_PATH is set'],
    ['no service', {}, 'is bound: the environment variable VCAP_SERVICES contains no service. Bind'],
    [
      'services with other labels',
      { ...service('xsuaa', 'login', XSUAA), ...service('postgresql-db', 'db', { password: SECRET }) },
      'contains only "login" (label "xsuaa"), "db" (label "postgresql-db"). Bind an instance of the service "identity"',
    ],
    [
      'a user-provided service',
      { ...service('xsuaa', 'login', XSUAA), ...service('user-provided', 'my-ias', KEY) },
      'in the user-provided service "my-ias", which the platform does not renew. Bind the identity instance itself',
    ],
    [
      'another user-provided service',
      service('user-provided', 'mail', { password: SECRET }),
      'only "mail" (label "user-provided")',
    ],
    [
      'a service key',
      { credentials: KEY },
      'contains a service key, not a list of services. Write {"identity":',
    ],
    ['the credentials of a service key', KEY, 'contains a service key, not a list of services.'],
    [
      'the output of cf env',
      { VCAP_SERVICES: service('identity', 'my-ias', KEY) },
      'contains the output of cf env. Take the value of its member "VCAP_SERVICES".',
    ],
    ['no list', { a: 'text', b: 1 }, 'the environment variable VCAP_SERVICES contains no service.'],
  ])('says what the environment contains instead: %s', (_, services, sentence) => {
    vi.stubEnv('VCAP_SERVICES', services && JSON.stringify(services));
    const { message } = failure();
    expect(message).toContain('No service instance with label "identity" is bound');
    expect(message).toContain(sentence);
    expect(message).not.toContain(SECRET);
  });

  it('names five services', () => {
    const labels = [1, 2, 3, 4, 5, 6, 7];
    const services = Object.assign(
      {},
      ...labels.map((label) => service(`l${label}`, `s${label}`, {})),
    ) as object;
    vi.stubEnv('VCAP_SERVICES', JSON.stringify(services));
    expect(failure().message).toContain('"s5" (label "l5") and 2 more.');
  });

  it('names the file and the folder', () => {
    const file = join(folder, 'vcap.json');
    writeFileSync(file, JSON.stringify({ credentials: KEY }));
    vi.stubEnv('VCAP_SERVICES_FILE_PATH', file);
    expect(failure().message).toContain(
      `the file of VCAP_SERVICES_FILE_PATH (${file}) contains a service key`,
    );
    vi.stubEnv('VCAP_SERVICES_FILE_PATH', undefined);
    mkdirSync(join(folder, 'db'));
    writeFileSync(join(folder, 'db/type'), 'postgresql');
    vi.stubEnv('SERVICE_BINDING_ROOT', folder);
    expect(failure().message).toContain(`the folder ${folder} contains only "db" (label "postgresql")`);
  });

  it('names a default-env.json that is not read, except in a deployed app', () => {
    const before = process.cwd();
    process.chdir(folder);
    try {
      expect(failure().message).not.toContain('default-env.json');
      writeFileSync('default-env.json', '{}');
      expect(failure().message).toContain(
        'default-env.json in this folder only with the option loadDefaultEnv.',
      );
      vi.stubEnv('VCAP_APPLICATION', '{}');
      expect(failure().message).not.toContain('default-env.json');
    } finally {
      process.chdir(before);
    }
  });

  it('links to the page that helps where the app runs', () => {
    expect(failure()).toMatchObject({
      code: 'binding_missing',
      message: expect.stringMatching(
        /start the local landscape: https:\/\/\S+\/how-to\/develop-locally\.md$/,
      ),
    });
    vi.stubEnv('NODE_ENV', 'production');
    expect(failure()).toMatchObject({
      code: 'binding_missing',
      message: expect.stringMatching(
        /"ias doctor" finds the cause: https:\/\/\S+\/how-to\/find-out-what-is-wrong\.md$/,
      ),
    });
  });
});
