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

  /** Writes a file atomically. */
  async write(
    path: string,
    content: string,
    mode: typeof OWNER_ONLY | typeof READABLE,
    { isSecret = true }: FileLifetime = {},
  ): Promise<void> {
    // Before the write: a write that is interrupted must not leave the file.
    if (isSecret) this.#secrets.set(path, content);
    await writeFileAtomically(path, content, mode);
  }

  /** Removes the secret files that still have the content that this process wrote. */
  async removeSecrets(): Promise<void> {
    for (const [path, written] of this.#secrets) {
      const content = await readFile(path, 'utf8').catch(() => undefined);
      if (content === written) await rm(path, { force: true });
    }
    this.#secrets.clear();
  }
}
