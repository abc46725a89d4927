import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { writeFileAtomically } from '@nest-ias/landscape';
import { isOfLandscape } from './landscape-environment.js';
import { StartError } from './start-error.js';

/** What a landscape writes for the apps and for tools. */
export interface LandscapeFilesContent {
  readonly caPem: string;
  /** Credentials as a service key holds them. */
  readonly serviceKey: object;
  readonly backendEnvironment: object;
  readonly frontendEnvironment: object;
  /** URLs of the running landscape. */
  readonly landscape: { readonly ias: string; readonly router: string; readonly admin: string };
}

const OWNER_ONLY = 0o600;
const READABLE = 0o644;

/** The files through which others find a running landscape. */
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
   * Removes what an earlier landscape left, so that nobody takes it for the new one.
   * @throws {StartError} when the files cannot be removed
   */
  async removeStale(): Promise<void> {
    await this.#explained(async () => {
      for (const path of [this.#landscapePath, this.caPath, this.#serviceKeyPath]) {
        await rm(path, { force: true });
      }
    });
  }

  /**
   * Puts aside what somebody else wrote where the apps look for their environment: a binding of a real tenant, say.
   * @returns a line for each file that was put aside
   * @throws {StartError} when one cannot be moved
   */
  async keepForeign(): Promise<readonly string[]> {
    const lines: string[] = [];
    await this.#explained(async () => {
      for (const path of [this.#backendPath, this.#frontendPath]) {
        if (!existsSync(path) || isOfLandscape(await readFile(path, 'utf8'))) continue;
        const backup = freeBackupPath(path);
        await rename(path, backup);
        lines.push(
          `Kept ${relative(this.#root, path)}, which is not of a landscape, as ${relative(this.#root, backup)}`,
        );
      }
    });
    return lines;
  }

  /**
   * Writes all files; `landscape.json` comes last and says that the others are there.
   * @throws {StartError} when they cannot be written
   */
  async write(content: LandscapeFilesContent): Promise<void> {
    await this.#explained(async () => {
      await mkdir(this.#directory, { recursive: true });
      await writeFileAtomically(this.caPath, content.caPem, READABLE);
      await writeFileAtomically(this.#serviceKeyPath, json(content.serviceKey), OWNER_ONLY);
      await writeFileAtomically(this.#backendPath, json(content.backendEnvironment), READABLE);
      await writeFileAtomically(this.#frontendPath, json(content.frontendEnvironment), OWNER_ONLY);
      this.#announcement = json(content.landscape);
      await writeFileAtomically(this.#landscapePath, this.#announcement, READABLE);
    });
  }

  /** Removes `landscape.json`, so that nobody waits for one that has ended; that of another landscape stays. */
  async withdraw(): Promise<void> {
    const found = await readFile(this.#landscapePath, 'utf8').catch(() => undefined);
    if (found === undefined || found !== this.#announcement) return;
    await this.#explained(async () => rm(this.#landscapePath, { force: true }));
  }

  async #explained(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new StartError(
        `The landscape cannot write its files (${reason}); start it from the root of the repository.`,
        { cause: error },
      );
    }
  }
}

/** No backup is ever overwritten. */
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
