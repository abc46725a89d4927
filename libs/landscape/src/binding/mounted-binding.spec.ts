import { lstat, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readServices } from '@sap/xsenv';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type IdentityCredentials,
  type Landscape,
  mountBinding,
  startLandscape,
  writeSecretJson,
} from '../index.js';

describe('bindings as files', () => {
  let landscape: Landscape;
  let credentials: IdentityCredentials;
  let root: string;

  beforeAll(async () => {
    landscape = await startLandscape();
    credentials = await landscape.issueBinding({ type: 'X509_GENERATED' });
  });
  afterAll(async () => landscape.stop());
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'binding-'));
  });
  afterEach(async () => rm(root, { recursive: true }));

  /** What a stranger, @sap/xsenv, makes of a mounted binding. */
  const readByXsenv = (instance: string) => readServices(root, { disableCache: true })[instance];

  it.each([true, false])(
    'lie where Kyma mounts them, and @sap/xsenv reads them (symlinks: %s)',
    async (symlinks) => {
      const directory = await mountBinding(root, credentials, { symlinks });
      expect(directory).toBe(join(root, 'identity', 'clicreIas'));
      for (const [name, value] of Object.entries(credentials) as [string, unknown][]) {
        const text = await readFile(join(directory, name), 'utf8');
        expect(text).toBe(typeof value === 'string' ? value : JSON.stringify(value));
      }
      expect((await lstat(join(directory, 'key'))).isSymbolicLink()).toBe(symlinks);
      expect((await stat(join(directory, 'key'))).mode & 0o777).toBe(0o600);
      const read = readByXsenv('clicreIas');
      expect(read).toMatchObject({
        label: 'identity',
        credentials: { url: credentials.url, key: credentials.key },
      });
    },
  );

  it('lie where servicebinding.io wants them, with metadata', async () => {
    const directory = await mountBinding(root, credentials, {
      layout: 'servicebinding',
      instanceName: 'other',
    });
    expect(directory).toBe(join(root, 'other'));
    expect(await readFile(join(directory, 'type'), 'utf8')).toBe('identity');
    expect(readByXsenv('other')).toMatchObject({ label: 'identity', tags: [], credentials });
    expect(JSON.parse(await readFile(join(directory, '.metadata'), 'utf8'))).toMatchObject({
      credentialProperties: expect.arrayContaining([
        { name: 'domains', format: 'json' },
        { name: 'key', format: 'text' },
      ]),
      metaDataProperties: expect.arrayContaining([{ name: 'label', format: 'text' }]),
    });
  });

  it.each([true, false])(
    'are exchanged on rotation, and leave nothing behind (symlinks: %s)',
    async (symlinks) => {
      const directory = await mountBinding(root, credentials, { symlinks });
      const before = await readdir(directory);
      const rotated = await landscape.issueBinding({ type: 'X509_GENERATED' });
      await mountBinding(root, rotated, { symlinks });
      expect(await readFile(join(directory, 'certificate'), 'utf8')).toBe(rotated.certificate);
      expect(await readdir(directory)).toHaveLength(before.length);

      await mountBinding(root, await landscape.issueBinding({ type: 'NONE' }), { symlinks });
      expect(await readdir(directory)).not.toContain('key');
    },
  );

  it('may be one file of JSON that only its owner reads', async () => {
    const path = join(root, 'vcap.json');
    const services = landscape.vcapServices(credentials);
    await writeSecretJson(path, { old: true });
    await writeSecretJson(path, services);
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual(services);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(root)).toEqual(['vcap.json']);
  });
});
