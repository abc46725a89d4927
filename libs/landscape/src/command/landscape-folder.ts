import { lstat, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { removeUnfinishedWrites } from '../file/atomic-file-writer.js';
import { OWNER_ONLY, type OwnedFiles, READABLE } from '../file/owned-files.js';
import { json } from './binding-files.js';
import { LandscapePaths } from './landscape-paths.js';
import { StartError } from './start-error.js';

/** URLs of a running landscape. */
export interface LandscapeUrls {
  readonly ias: string;
  readonly router: string;
  readonly admin: string;
}

/** The folder `.landscape`, which tells apps and tools how to reach a running landscape. */
export class LandscapeFolder {
  readonly paths: LandscapePaths;
  readonly #owned: OwnedFiles;

  constructor(paths: LandscapePaths, owned: OwnedFiles) {
    this.paths = paths;
    this.#owned = owned;
  }

  /** Path of the `VCAP_SERVICES` file of a binding. */
  bindingPath(name: string): string {
    return join(this.paths.bindings, `${name}.json`);
  }

  /**
   * Removes the files of an earlier landscape, so that no app or tool reads them, and creates the folder.
   * @throws {StartError} if the folder of the bindings is a symbolic link
   */
  async prepare(): Promise<void> {
    const { folder, kept, bindings, announcement, ca, serviceKey, adminToken } = this.paths;
    await mkdir(bindings, { recursive: true });
    if ((await lstat(bindings)).isSymbolicLink()) {
      throw new StartError(`${bindings} is a symbolic link: the landscape would delete the files behind it.`);
    }
    for (const directory of [folder, kept]) await removeUnfinishedWrites(directory);
    const written = (await readdir(bindings)).map((name) => join(bindings, name));
    for (const path of [announcement, ca, serviceKey, adminToken, ...written]) {
      await rm(path, { force: true });
    }
  }

  /** Writes the authority and the admin token, which all users of the landscape need. */
  async writeAccess(caPem: string, adminToken: string): Promise<void> {
    await this.#owned.write(this.paths.ca, caPem, READABLE, { isSecret: false });
    await this.#owned.write(this.paths.adminToken, adminToken, OWNER_ONLY);
  }

  /** Writes `landscape.json`, which announces that all other files exist. */
  async announce(urls: LandscapeUrls): Promise<void> {
    await this.#owned.write(this.paths.announcement, json(urls), READABLE);
  }
}
