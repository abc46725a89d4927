import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OWNER_ONLY, OwnedFiles, READABLE } from './owned-files.js';

describe('OwnedFiles', () => {
  let root: string;
  let owned: OwnedFiles;
  const path = (name: string) => join(root, name);

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'owned-'));
    owned = new OwnedFiles();
  });
  afterEach(async () => rm(root, { recursive: true }));

  it('removes the secrets that it wrote, unless another process has rewritten them', async () => {
    await owned.write(path('ca.pem'), 'public', READABLE, { isSecret: false });
    await owned.write(path('key.json'), 'secret', OWNER_ONLY);
    await owned.write(path('rewritten.json'), 'secret', OWNER_ONLY);
    await writeFile(path('rewritten.json'), 'of another');
    expect(await owned.removeSecrets()).toEqual([]);
    expect((await readdir(root)).sort()).toEqual(['ca.pem', 'rewritten.json']);
  });

  it('waits for a rotation that is writing, and rejects later writes', async () => {
    const steps: string[] = [];
    let finish = () => {};
    const slow = new Promise<void>((resolve) => (finish = resolve));
    const writing = owned.untilEnd(async () => {
      await slow;
      await writeFile(path('mounted'), 'secret');
      steps.push('written');
    });
    const end = owned.end().then(() => steps.push('ended'));
    await expect(owned.write(path('late.json'), 'secret', OWNER_ONLY)).rejects.toThrow('has ended');
    finish();
    await Promise.all([writing, end]);
    expect(steps).toEqual(['written', 'ended']);
    expect(await readdir(root)).toEqual(['mounted']);
  });

  it('ends after a write that fails', async () => {
    const failing = owned.write(path('none/key.json'), 'secret', OWNER_ONLY);
    await owned.end();
    await expect(failing).rejects.toThrow('ENOENT');
    expect(await owned.removeSecrets()).toEqual([]);
  });

  it.runIf(process.platform === 'linux')('names the secrets that it cannot remove', async () => {
    // No process can remove files there, not even one of root.
    const unremovable = '/proc/self/comm';
    const name = await readFile(unremovable, 'utf8');
    await expect(owned.write(unremovable, name, OWNER_ONLY)).rejects.toThrow('comm.');
    expect(await owned.removeSecrets()).toEqual([unremovable]);
  });
});
