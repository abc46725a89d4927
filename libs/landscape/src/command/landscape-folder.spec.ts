import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OwnedFiles } from '../file/owned-files.js';
import { LandscapeFolder } from './landscape-folder.js';
import { LandscapePaths } from './landscape-paths.js';
import { StartError } from './start-error.js';

describe('LandscapeFolder', () => {
  let root: string;
  let folder: LandscapeFolder;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'folder-'));
    folder = new LandscapeFolder(new LandscapePaths(root), new OwnedFiles());
  });
  afterEach(async () => rm(root, { recursive: true }));

  it('removes what a killed landscape left, unfinished writes included', async () => {
    const { folder: path, kept, bindings, serviceKey } = folder.paths;
    for (const directory of [bindings, kept]) await mkdir(directory, { recursive: true });
    const left = [
      serviceKey,
      `${serviceKey}.${randomUUID()}.tmp`,
      join(bindings, 'app.json'),
      join(bindings, `app.json.${randomUUID()}.tmp`),
      join(kept, `landscape.json.${randomUUID()}.tmp`),
    ];
    const others = [join(path, 'notes.tmp'), join(kept, 'landscape.json')];
    for (const file of [...left, ...others]) await writeFile(file, 'secret');
    await folder.prepare();
    expect((await readdir(path, { recursive: true })).sort()).toEqual([
      'bindings',
      'kept',
      'kept/landscape.json',
      'notes.tmp',
    ]);
  });

  it('does not delete files behind a symbolic link', async () => {
    const elsewhere = join(root, 'elsewhere');
    await mkdir(elsewhere);
    await writeFile(join(elsewhere, 'mine.json'), 'mine');
    await mkdir(folder.paths.folder);
    await symlink(elsewhere, folder.paths.bindings);
    await expect(folder.prepare()).rejects.toThrow(StartError);
    expect(await readFile(join(elsewhere, 'mine.json'), 'utf8')).toBe('mine');
  });
});
