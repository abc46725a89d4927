import { existsSync } from 'node:fs';
import { readdir, readFile, rename, stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { z } from 'zod';

/**
 * Renames a file that no landscape wrote, e.g. with a binding of a real tenant.
 * @returns the path of the renamed file; undefined if there is nothing to rename
 */
export async function backUpForeign(
  path: string,
  isOwn: (content: string) => boolean,
): Promise<string | undefined> {
  if (!(await isFile(path)) || isOwn(await readFile(path, 'utf8'))) return undefined;
  const backup = freeBackupPath(path);
  await rename(path, backup);
  return backup;
}

const withUrl = z.object({ url: z.string() });
/** A binding in each form in which a landscape writes it to a single file. */
const bindingSchema = z.union([
  withUrl,
  z
    .object({ identity: z.tuple([z.object({ credentials: withUrl })]) })
    .transform((vcap) => vcap.identity[0].credentials),
  z.object({ stringData: withUrl }).transform((secret) => secret.stringData),
]);

/** Whether a file contains a binding of a landscape: its tenant is on this machine. */
export function isBindingOfLandscape(content: string, hostNames: readonly string[]): boolean {
  try {
    return isHere(bindingSchema.parse(JSON.parse(content)).url, hostNames);
  } catch {
    return false;
  }
}

/** Whether a folder of a mounted secret contains something that no landscape wrote. */
export async function isForeignMount(directory: string, hostNames: readonly string[]): Promise<boolean> {
  const names = await readdir(directory).catch(() => []);
  if (names.length === 0) return false;
  return !isHere(await readFile(join(directory, 'url'), 'utf8').catch(() => ''), hostNames);
}

/** Files of a killed landscape name a tenant at `localhost`, below it, or at a host name of the landscape. */
function isHere(url: string, hostNames: readonly string[]): boolean {
  if (!URL.canParse(url)) return false;
  const { hostname } = new URL(url);
  return ['localhost', ...hostNames].some((name) => hostname === name || hostname.endsWith(`.${name}`));
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

/** Returns a path that does not exist yet, so that no backup is overwritten. */
function freeBackupPath(path: string): string {
  const name = basename(path, extname(path));
  for (let number = 1; ; number += 1) {
    const suffix = number === 1 ? 'backup' : `backup-${number}`;
    const backup = join(dirname(path), `${name}.${suffix}${extname(path)}`);
    if (!existsSync(backup)) return backup;
  }
}
