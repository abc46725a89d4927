import { readFile, rm } from 'node:fs/promises';
import { writeFileAtomically } from './atomic-file-writer.js';

export const OWNER_ONLY = 0o600;
export const READABLE = 0o644;

/** Whether a file contains a secret, or announces something that ends with this process. */
export interface FileLifetime {
  /** @default true */
  readonly isSecret?: boolean;
}

/** Files that this process wrote. It removes them in the end, unless another process has rewritten them. */
export class OwnedFiles {
  readonly #secrets = new Map<string, string>();
  readonly #pending = new Set<Promise<void>>();
  #hasEnded = false;

  /**
   * Writes a file atomically.
   * @throws {Error} after `end`
   */
  async write(
    path: string,
    content: string,
    mode: typeof OWNER_ONLY | typeof READABLE,
    { isSecret = true }: FileLifetime = {},
  ): Promise<void> {
    await this.untilEnd(async () => {
      // Before the write: a write that is interrupted must not leave the file.
      if (isSecret) this.#secrets.set(path, content);
      await writeFileAtomically(path, content, mode);
    });
  }

  /**
   * Runs something that writes files, and lets `end` wait for it.
   * @throws {Error} after `end`
   */
  async untilEnd(write: () => Promise<void>): Promise<void> {
    if (this.#hasEnded) throw new Error('The landscape has ended and writes no more files.');
    const writing = write();
    this.#pending.add(writing);
    try {
      await writing;
    } finally {
      this.#pending.delete(writing);
    }
  }

  /** Waits for writes that have begun and rejects later ones, such as those of a rotation that takes longer. */
  async end(): Promise<void> {
    this.#hasEnded = true;
    await Promise.allSettled(this.#pending);
  }

  /**
   * Removes the secret files that still have the content that this process wrote.
   * @returns the paths of those that it could not remove
   */
  async removeSecrets(): Promise<readonly string[]> {
    const left: string[] = [];
    for (const [path, written] of this.#secrets) {
      const content = await readFile(path, 'utf8').catch(() => undefined);
      if (content === written) await rm(path, { force: true }).catch(() => left.push(path));
    }
    this.#secrets.clear();
    return left;
  }
}
