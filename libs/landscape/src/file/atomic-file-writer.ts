import { randomUUID } from 'node:crypto';
import { readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Writes a file atomically: a reader sees the old content or the new content, never a part. */
export async function writeFileAtomically(path: string, content: string, mode: number): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    await writeFile(temporary, content, { mode, flag: 'wx' });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/**
 * Writes a JSON file that only its owner can read: a `VCAP_SERVICES_FILE_PATH` file, a `default-env.json` or a service
 * key. The write is atomic: a reader sees the old content or the new content, never a part.
 */
export async function writeSecretJson(path: string, content: object): Promise<void> {
  await writeFileAtomically(path, `${JSON.stringify(content, undefined, 2)}\n`, 0o600);
}

const TEMPORARY = /\.[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\.tmp$/;

/** Removes unfinished files that killed processes left in a folder. */
export async function removeUnfinishedWrites(directory: string): Promise<void> {
  const names = await readdir(directory).catch(() => []);
  for (const name of names) if (TEMPORARY.test(name)) await rm(join(directory, name), { force: true });
}
