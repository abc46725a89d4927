import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { OWNER_ONLY, OwnedFiles, READABLE } from '@nest-ias/landscape';
import { isWrittenByLandscape } from './landscape-environment.js';
import { StartError } from './start-failure.js';

/** Content of the files that a landscape writes for apps and tools. */
export interface LandscapeFilesContent {
  readonly caPem: string;
  /** Bearer token of the admin endpoint. */
  readonly adminToken: string;
  readonly backendEnvironment: object;
  readonly frontendEnvironment: object;
  /** URLs of the running landscape. */
  readonly landscape: { readonly ias: string; readonly router: string; readonly admin: string };
}

/** The files that tell apps and tools how to reach a running landscape. */
export class LandscapeFiles {
  readonly caPath: string;
  readonly #root: string;
  readonly #directory: string;
  readonly #bindings: string;
  readonly adminTokenPath: string;
  readonly #serviceKeyPath: string;
  readonly #backendPath: string;
  readonly #frontendPath: string;
  readonly #landscapePath: string;
  readonly #owned = new OwnedFiles();

  /** @param root the root of the repository */
  constructor(root: string) {
    this.#root = root;
    this.#directory = join(root, '.landscape');
    this.#bindings = join(this.#directory, 'bindings');
    this.caPath = join(this.#directory, 'ca.pem');
    this.adminTokenPath = join(this.#directory, 'admin-token');
    this.#serviceKeyPath = join(this.#directory, 'service-key.json');
    this.#landscapePath = join(this.#directory, 'landscape.json');
    this.#backendPath = join(root, 'apps', 'backend', 'default-env.json');
    this.#frontendPath = join(root, 'apps', 'frontend', 'default-env.json');
  }

  /**
   * Removes the files of an earlier landscape, so that no app or tool reads them, and creates the folders.
   * @throws {StartError} if that fails
   */
  async removeStale(): Promise<void> {
    await this.#orStartError(async () => {
      const { adminTokenPath, caPath } = this;
      for (const path of [this.#landscapePath, caPath, this.#serviceKeyPath, adminTokenPath]) {
        await rm(path, { force: true });
      }
      await mkdir(this.#bindings, { recursive: true });
      for (const name of await readdir(this.#bindings)) await rm(join(this.#bindings, name), { force: true });
    });
  }

  /**
   * Renames each `default-env.json` that no landscape wrote, e.g. with a binding of a real tenant.
   * @returns a message for each renamed file
   * @throws {StartError} if a file cannot be renamed
   */
  async backUpForeign(): Promise<readonly string[]> {
    const lines: string[] = [];
    await this.#orStartError(async () => {
      for (const path of [this.#backendPath, this.#frontendPath]) {
        if (!existsSync(path) || isWrittenByLandscape(await readFile(path, 'utf8'))) continue;
        const backup = freeBackupPath(path);
        await rename(path, backup);
        lines.push(
          `Renamed ${relative(this.#root, path)}, which no landscape wrote, to ${relative(this.#root, backup)}`,
        );
      }
    });
    return lines;
  }

  /**
   * Writes all files. `landscape.json` is the last one: it announces that the others exist.
   * @throws {StartError} if a file cannot be written
   */
  async write(content: LandscapeFilesContent): Promise<void> {
    await this.#orStartError(async () => {
      await this.#owned.write(this.caPath, content.caPem, READABLE);
      await this.#owned.write(this.adminTokenPath, content.adminToken, OWNER_ONLY);
      await this.#owned.write(this.#backendPath, json(content.backendEnvironment), OWNER_ONLY);
      await this.#owned.write(this.#frontendPath, json(content.frontendEnvironment), OWNER_ONLY);
      await this.#owned.write(this.#landscapePath, json(content.landscape), READABLE);
    });
  }

  /** Path of the `VCAP_SERVICES` file of an app. */
  bindingPath(name: string): string {
    return join(this.#bindings, `${name}.json`);
  }

  /** Writes the `VCAP_SERVICES` file of an app, at the start and after each rotation. */
  async writeBinding(name: string, vcapServices: object): Promise<void> {
    await this.#owned.write(this.bindingPath(name), json(vcapServices), OWNER_ONLY);
  }

  /** Writes the credentials of the service key. */
  async writeServiceKey(credentials: object): Promise<void> {
    await this.#owned.write(this.#serviceKeyPath, json(credentials), OWNER_ONLY);
  }

  /** Removes all files except `ca.pem` and `default-env.json`, unless another landscape has rewritten them. */
  async removeSecrets(): Promise<void> {
    const bindings = ['backend', 'frontend'].map((name) => this.bindingPath(name));
    await this.#owned.remove([this.#landscapePath, this.#serviceKeyPath, this.adminTokenPath, ...bindings]);
  }

  async #orStartError(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new StartError(
        `The landscape cannot write its files (${reason}). Start it in the root of the repository.`,
        { cause: error },
      );
    }
  }
}

/** Returns a path that does not exist yet, so that no backup is overwritten. */
function freeBackupPath(path: string): string {
  for (let number = 1; ; number += 1) {
    const suffix = number === 1 ? 'backup' : `backup-${number}`;
    const backup = join(dirname(path), `default-env.${suffix}.json`);
    if (!existsSync(backup)) return backup;
  }
}

function json(content: object): string {
  return `${JSON.stringify(content, undefined, 2)}\n`;
}
