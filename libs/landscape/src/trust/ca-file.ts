import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A temporary file with the PEM of a certificate authority, for other processes. */
export class CaFile {
  #path: Promise<string> | undefined;
  readonly #pem: string;

  constructor(pem: string) {
    this.#pem = pem;
  }

  /** Returns the path of the file; the first call writes it. */
  async path(): Promise<string> {
    this.#path ??= this.#write();
    return this.#path;
  }

  /** Removes the file if it exists. */
  async remove(): Promise<void> {
    const path = await this.#path?.catch(() => undefined);
    this.#path = undefined;
    if (path !== undefined) await rm(join(path, '..'), { recursive: true, force: true });
  }

  async #write(): Promise<string> {
    const path = join(await mkdtemp(join(tmpdir(), 'landscape-')), 'ca.pem');
    await writeFile(path, this.#pem);
    return path;
  }
}
