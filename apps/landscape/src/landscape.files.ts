import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from '@nest-ias/landscape';
import { StartError } from './start.error.js';

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
  readonly #directory: string;
  readonly #serviceKeyPath: string;
  readonly #backendPath: string;
  readonly #frontendPath: string;
  readonly #landscapePath: string;

  /** @param root the root of the repository */
  constructor(root: string) {
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
      const paths = [
        this.#landscapePath,
        this.caPath,
        this.#serviceKeyPath,
        this.#backendPath,
        this.#frontendPath,
      ];
      for (const path of paths) await rm(path, { force: true });
    });
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
      await writeFileAtomically(this.#landscapePath, json(content.landscape), READABLE);
    });
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

function json(content: object): string {
  return `${JSON.stringify(content, undefined, 2)}\n`;
}
