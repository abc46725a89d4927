import { readFile, rm } from 'node:fs/promises';
import { writeFileAtomically } from './atomic-file-writer.js';

export const OWNER_ONLY = 0o600;
export const READABLE = 0o644;

/** Files that this process wrote. It removes them in the end, unless another process has rewritten them. */
export class OwnedFiles {
  readonly #contents = new Map<string, string>();

  /** Writes a file atomically. */
  async write(path: string, content: string, mode: typeof OWNER_ONLY | typeof READABLE): Promise<void> {
    // Before the write: a write that is interrupted must not leave the file.
    this.#contents.set(path, content);
    await writeFileAtomically(path, content, mode);
  }

  /** Removes files that still have the content that this process wrote. */
  async remove(paths: readonly string[] = [...this.#contents.keys()]): Promise<void> {
    for (const path of paths) {
      const content = await readFile(path, 'utf8').catch(() => undefined);
      if (content !== undefined && content === this.#contents.get(path)) await rm(path, { force: true });
      this.#contents.delete(path);
    }
  }
}
