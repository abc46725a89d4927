import { chmod, mkdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from '../file/atomic-file-writer.js';
import { validated } from '../option-validation.js';
import { type KeptLandscape, keptLandscapeSchema } from './kept-landscape.js';

/** The kept files cannot be used; the message contains the reason and the remedy. */
export class KeepError extends Error {}

const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;
const OTHER_USERS = 0o077;

/** The folder of `--keep`. Only its owner can read it, because it contains private keys. */
export class KeepFolder {
  readonly #path: string;
  readonly #file: string;

  constructor(path: string) {
    this.#path = path;
    this.#file = join(path, 'landscape.json');
  }

  /** Whether a landscape has kept something here. */
  async exists(): Promise<boolean> {
    return stat(this.#file).then(
      () => true,
      () => false,
    );
  }

  /**
   * Returns what an earlier landscape kept; undefined if there was none.
   * @throws {KeepError} if other users can read or own the folder or the file, or the file is damaged
   */
  async read(): Promise<KeptLandscape | undefined> {
    if (!(await this.exists())) return undefined;
    for (const path of [this.#path, this.#file]) {
      // Windows does not have these modes and owners.
      if (process.platform === 'win32') continue;
      const { mode, uid } = await stat(path);
      const problem = (mode & OTHER_USERS) !== 0 ? 'Other users can read' : 'Another user owns';
      if ((mode & OTHER_USERS) !== 0 || uid !== process.getuid?.()) {
        throw new KeepError(
          `${problem} ${path}, which contains private keys: delete ${this.#path}, and start again.`,
        );
      }
    }
    const content = await readFile(this.#file, 'utf8');
    try {
      return validated(keptLandscapeSchema, JSON.parse(content), this.#file);
    } catch (error) {
      throw new KeepError(`${this.#file} is damaged: delete ${this.#path}, and start again.`, {
        cause: error,
      });
    }
  }

  /** Replaces the kept content atomically. */
  async write(content: KeptLandscape): Promise<void> {
    await mkdir(this.#path, { recursive: true, mode: FOLDER_MODE });
    // mkdir does not change the mode of a folder that exists.
    await chmod(this.#path, FOLDER_MODE);
    // Prevents a commit of the keys.
    await writeFileAtomically(join(this.#path, '.gitignore'), '*\n', FILE_MODE);
    await writeFileAtomically(this.#file, `${JSON.stringify(content, undefined, 2)}\n`, FILE_MODE);
  }
}
