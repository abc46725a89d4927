import { chmod, chown, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KeepError, KeepFolder } from './keep-folder.js';
import { covers, expiresSoon, isUsable, type KeptLandscape } from './kept-landscape.js';
import { startLandscape } from '../index.js';
import { ClientAuthority } from '../pki/client-authority.js';
import { ServerAuthority } from '../pki/server-authority.js';

const DAY = 86_400_000;
const withModes = process.platform !== 'win32';

describe('KeepFolder', () => {
  let root: string;
  let folder: KeepFolder;
  let kept: KeptLandscape;
  const path = () => join(root, 'kept');
  const file = () => join(path(), 'landscape.json');

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'keep-'));
    folder = new KeepFolder(path());
    const [servers, clients] = await Promise.all([
      ServerAuthority.create(['landscape']),
      ClientAuthority.create(),
    ]);
    kept = {
      version: 1,
      servers: servers.keep(),
      hostNames: ['landscape'],
      clients: clients.keep(),
      ports: { ias: 1, router: 2, admin: 3 },
      appTid: 'tid',
      tenants: {},
      applications: { app: 'client' },
      bindings: {},
      revoked: [],
    };
  });
  afterEach(async () => rm(root, { recursive: true }));

  it('returns what it has written, and nothing before', async () => {
    expect(await folder.read()).toBeUndefined();
    await folder.write(kept);
    expect(await folder.read()).toEqual(kept);
  });

  it.runIf(withModes)('is readable by its owner only, and kept out of git', async () => {
    await folder.write(kept);
    expect((await stat(path())).mode & 0o777).toBe(0o700);
    expect((await stat(file())).mode & 0o777).toBe(0o600);
    expect(await readFile(join(path(), '.gitignore'), 'utf8')).toBe('*\n');
  });

  it.runIf(withModes).each([
    ['folder', path, 0o750],
    ['file', file, 0o604],
  ])('is refused if other users can read the %s', async (_, target, mode) => {
    await folder.write(kept);
    await chmod(target(), mode);
    await expect(folder.read()).rejects.toThrow(
      /^Other users can read .*: delete .*kept, and start again\.$/,
    );
  });

  // Only root can give files to other users.
  it.runIf(process.getuid?.() === 0).each([
    ['folder', path],
    ['file', file],
  ])('is refused if another user owns the %s', async (_, target) => {
    await folder.write(kept);
    await chown(target(), 12_345, 12_345);
    await expect(folder.read()).rejects.toThrow(/^Another user owns .*: delete .*kept, and start again\.$/);
  });

  it.each(['{', '{"version":2}'])('is refused if it is damaged: %s', async (content) => {
    await folder.write(kept);
    await writeFile(file(), content);
    await expect(folder.read()).rejects.toThrow(KeepError);
  });

  it('is renewed a month before an authority expires', () => {
    expect(expiresSoon(kept, Date.now() + 330 * DAY)).toBe(false);
    expect(expiresSoon(kept, Date.now() + 335 * DAY)).toBe(true);
  });

  it('covers the host names that the authority was made for', () => {
    expect(covers(kept, ['LANDSCAPE'])).toBe(true);
    expect(covers(kept, ['landscape', 'other'])).toBe(false);
  });

  it('reuses a certificate until one day before it expires, unless it was revoked', async () => {
    const landscape = await startLandscape();
    const credentials = await landscape.issueBinding({ type: 'X509_GENERATED', validityDays: 3 });
    const revoked = [landscape.tenant.revokeCertificate(credentials.certificate ?? '')];
    await landscape.stop();
    expect(isUsable({ credentials }, [], Date.now() + 1.9 * DAY)).toBe(true);
    expect(isUsable({ credentials }, [], Date.now() + 2.1 * DAY)).toBe(false);
    expect(isUsable({ credentials }, revoked, Date.now())).toBe(false);
  });
});
