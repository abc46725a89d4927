import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A temporary file with an authority's PEM, for processes that are told what to trust by a path. */
export class CaFile {
  #path: Promise<string> | undefined;

  constructor(private readonly pem: string) {}

  /** The file, written when it is first asked for. */
  async path(): Promise<string> {
    this.#path ??= this.#write();
    return this.#path;
  }

  /** Removes the file, if it could be written. */
  async remove(): Promise<void> {
    const path = await this.#path?.catch(() => undefined);
    this.#path = undefined;
    if (path !== undefined) await rm(join(path, '..'), { recursive: true, force: true });
  }

  async #write(): Promise<string> {
    const path = join(await mkdtemp(join(tmpdir(), 'landscape-')), 'ca.pem');
    await writeFile(path, this.pem);
    return path;
  }
}
