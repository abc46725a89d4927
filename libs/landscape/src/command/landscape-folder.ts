import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { OWNER_ONLY, type OwnedFiles, READABLE } from '../file/owned-files.js';
import { json } from './binding-files.js';

/** URLs of a running landscape. */
export interface LandscapeUrls {
  readonly ias: string;
  readonly router: string;
  readonly admin: string;
}

/** The folder `.landscape`, which tells apps and tools how to reach a running landscape. */
export class LandscapeFolder {
  readonly caPath: string;
  readonly adminTokenPath: string;
  readonly serviceKeyPath: string;
  readonly #path: string;
  readonly #bindings: string;
  readonly #announcement: string;
  readonly #owned: OwnedFiles;

  constructor(root: string, owned: OwnedFiles) {
    this.#owned = owned;
    this.#path = join(root, '.landscape');
    this.#bindings = join(this.#path, 'bindings');
    this.caPath = join(this.#path, 'ca.pem');
    this.adminTokenPath = join(this.#path, 'admin-token');
    this.serviceKeyPath = join(this.#path, 'service-key.json');
    this.#announcement = join(this.#path, 'landscape.json');
  }

  /** Path of the `VCAP_SERVICES` file of a binding. */
  bindingPath(name: string): string {
    return join(this.#bindings, `${name}.json`);
  }

  /** Removes the files of an earlier landscape, so that no app or tool reads them, and creates the folder. */
  async prepare(): Promise<void> {
    await mkdir(this.#bindings, { recursive: true });
    const bindings = (await readdir(this.#bindings)).map((name) => join(this.#bindings, name));
    for (const path of [
      this.#announcement,
      this.caPath,
      this.serviceKeyPath,
      this.adminTokenPath,
      ...bindings,
    ]) {
      await rm(path, { force: true });
    }
  }

  /** Writes what everybody needs who uses the landscape. */
  async writeAccess(caPem: string, adminToken: string): Promise<void> {
    await this.#owned.write(this.caPath, caPem, READABLE, { isSecret: false });
    await this.#owned.write(this.adminTokenPath, adminToken, OWNER_ONLY);
  }

  /** Writes `landscape.json`, which announces that all other files exist. */
  async announce(urls: LandscapeUrls): Promise<void> {
    await this.#owned.write(this.#announcement, json(urls), READABLE);
  }
}
