import { lstat, mkdtemp, readdir, readFile, readlink, rm, stat, symlink } from 'node:fs/promises';
import { createPrivateKey, X509Certificate } from 'node:crypto';
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

/** Windows has no permissions of owners, groups and others. */
const OWNER_ONLY = process.platform === 'win32' ? 0o666 : 0o600;

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

  /** Reads a mounted binding with an independent library, @sap/xsenv. */
  const readByXsenv = (instance: string) => readServices(root, { disableCache: true })[instance];

  it.each([true, false])(
    'are in the directory of Kyma, and @sap/xsenv reads them (symlinks: %s)',
    async (symlinks) => {
      const directory = await mountBinding(root, credentials, { symlinks });
      expect(directory).toBe(join(root, 'identity', 'clicreIas'));
      for (const [name, value] of Object.entries(credentials) as [string, unknown][]) {
        const text = await readFile(join(directory, name), 'utf8');
        expect(text).toBe(typeof value === 'string' ? value : JSON.stringify(value));
      }
      expect((await lstat(join(directory, 'key'))).isSymbolicLink()).toBe(symlinks);
      expect((await stat(join(directory, 'key'))).mode & 0o777).toBe(OWNER_ONLY);
      const read = readByXsenv('clicreIas');
      expect(read).toMatchObject({
        label: 'identity',
        credentials: { url: credentials.url, key: credentials.key },
      });
    },
  );

  it('are in the directory of servicebinding.io, with metadata', async () => {
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

  it.each([true, false])('are replaced on rotation without leftovers (symlinks: %s)', async (symlinks) => {
    const directory = await mountBinding(root, credentials, { symlinks });
    const before = await readdir(directory);
    const rotated = await landscape.issueBinding({ type: 'X509_GENERATED' });
    await mountBinding(root, rotated, { symlinks });
    expect(await readFile(join(directory, 'certificate'), 'utf8')).toBe(rotated.certificate);
    expect(await readdir(directory)).toHaveLength(before.length);

    await mountBinding(root, await landscape.issueBinding({ type: 'NONE' }), { symlinks });
    expect(await readdir(directory)).not.toContain('key');
  });

  it.each([
    [true, false],
    [false, true],
  ])('can change their layout on rotation (symlinks: %s, then %s)', async (before, after) => {
    const directory = await mountBinding(root, credentials, { symlinks: before });
    const rotated = await landscape.issueBinding({ type: 'X509_GENERATED' });
    for (const symlinks of [after, before]) {
      await mountBinding(root, rotated, { symlinks });
      expect(await readFile(join(directory, 'key'), 'utf8')).toBe(rotated.key);
      expect((await lstat(join(directory, 'key'))).isSymbolicLink()).toBe(symlinks);
      expect((await readdir(directory)).includes('..data')).toBe(symlinks);
    }
  });

  it('are written one mount after the other when mounted concurrently', async () => {
    const forms = [{ symlinks: true }, { symlinks: false }, {}, { symlinks: true }];
    const directories = await Promise.all(forms.map(async (form) => mountBinding(root, credentials, form)));
    const [directory = ''] = directories;
    expect(new Set(directories)).toEqual(new Set([directory]));
    expect(await readFile(join(directory, 'key'), 'utf8')).toBe(credentials.key);
    expect((await readdir(directory)).filter((name) => name.startsWith('..'))).toHaveLength(2);
  });

  it('replace the leftovers of an aborted mount', async () => {
    const directory = await mountBinding(root, credentials);
    await symlink('..gone', join(directory, '..data_tmp'));
    await mountBinding(root, credentials);
    expect(await readdir(directory)).not.toContain('..data_tmp');
  });

  it.each(['', '.', '..', '../outside', 'a/b', 'a\\b', 'a\0b'])(
    'reject an instance name that leaves the directory: %j',
    async (instanceName) => {
      const mounted = mountBinding(root, credentials, { instanceName });
      await expect(mounted).rejects.toThrow(RangeError);
      expect(await readdir(root)).toEqual([]);
    },
  );

  it('never combine an old certificate with a new key, or the reverse', async () => {
    const directory = await mountBinding(root, credentials);
    const bindings = [credentials, await landscape.issueBinding({ type: 'X509_GENERATED' })];
    const rotation = { ended: false };
    const rotate = async () => {
      for (const turn of Array.from({ length: 60 }).keys()) {
        await mountBinding(root, bindings[turn % 2] ?? credentials);
      }
      rotation.ended = true;
    };
    const seen = new Set<string>();
    const read = async () => {
      do {
        const version = join(directory, await readlink(join(directory, '..data')));
        const files = ['certificate', 'key'].map(async (name) => readFile(join(version, name), 'utf8'));
        const [certificate, key] = await Promise.allSettled(files);
        // The rotation deleted this version during the read: read again.
        if (certificate?.status !== 'fulfilled' || key?.status !== 'fulfilled') continue;
        const fits = new X509Certificate(certificate.value).checkPrivateKey(createPrivateKey(key.value));
        seen.add(`${bindings.findIndex((binding) => binding.key === key.value)} ${fits}`);
        expect(await readFile(join(directory, 'key'), 'utf8')).toMatch(/^-----BEGIN/);
      } while (!rotation.ended);
    };
    await Promise.all([rotate(), read()]);
    expect([...seen].toSorted()).toEqual(['0 true', '1 true']);
  });

  it('can be one JSON file that only its owner can read', async () => {
    const path = join(root, 'vcap.json');
    const services = landscape.vcapServices(credentials);
    await writeSecretJson(path, { old: true });
    await writeSecretJson(path, services);
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual(services);
    expect((await stat(path)).mode & 0o777).toBe(OWNER_ONLY);
    expect(await readdir(root)).toEqual(['vcap.json']);
  });
});
