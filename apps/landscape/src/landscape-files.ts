import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { writeFileAtomically } from '@nest-ias/landscape';
import { isWrittenByLandscape } from './landscape-environment.js';
import { StartError } from './start-failure.js';

/** Content of the files that a landscape writes for apps and tools. */
export interface LandscapeFilesContent {
  readonly caPem: string;
  /** Credentials of a service key. */
  readonly serviceKey: object;
  readonly backendEnvironment: object;
  readonly frontendEnvironment: object;
  /** URLs of the running landscape. */
  readonly landscape: { readonly ias: string; readonly router: string; readonly admin: string };
}

const OWNER_ONLY = 0o600;
const READABLE = 0o644;

/** The files that tell apps and tools how to reach a running landscape. */
export class LandscapeFiles {
  readonly caPath: string;
  readonly #root: string;
  readonly #directory: string;
  readonly #serviceKeyPath: string;
  readonly #backendPath: string;
  readonly #frontendPath: string;
  readonly #landscapePath: string;
  #announcement: string | undefined;

  /** @param root the root of the repository */
  constructor(root: string) {
    this.#root = root;
    this.#directory = join(root, '.landscape');
    this.caPath = join(this.#directory, 'ca.pem');
    this.#serviceKeyPath = join(this.#directory, 'service-key.json');
    this.#landscapePath = join(this.#directory, 'landscape.json');
    this.#backendPath = join(root, 'apps', 'backend', 'default-env.json');
    this.#frontendPath = join(root, 'apps', 'frontend', 'default-env.json');
  }

  /**
   * Removes the files of an earlier landscape, so that no app or tool reads them.
   * @throws {StartError} if the files cannot be removed
   */
  async removeStale(): Promise<void> {
    await this.#orStartError(async () => {
      for (const path of [this.#landscapePath, this.caPath, this.#serviceKeyPath]) {
        await rm(path, { force: true });
      }
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
      await mkdir(this.#directory, { recursive: true });
      await writeFileAtomically(this.caPath, content.caPem, READABLE);
      await writeFileAtomically(this.#serviceKeyPath, json(content.serviceKey), OWNER_ONLY);
      await writeFileAtomically(this.#backendPath, json(content.backendEnvironment), READABLE);
      await writeFileAtomically(this.#frontendPath, json(content.frontendEnvironment), OWNER_ONLY);
      this.#announcement = json(content.landscape);
      await writeFileAtomically(this.#landscapePath, this.#announcement, READABLE);
    });
  }

  /** Removes `landscape.json`, unless another landscape wrote it. */
  async removeAnnouncement(): Promise<void> {
    const found = await readFile(this.#landscapePath, 'utf8').catch(() => undefined);
    if (found === undefined || found !== this.#announcement) return;
    await this.#orStartError(async () => rm(this.#landscapePath, { force: true }));
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
