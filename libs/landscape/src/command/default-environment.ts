import { existsSync } from 'node:fs';
import { readFile, rename } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { z } from 'zod';

/** Properties of every `default-env.json` of a landscape: they name files in its folder. */
const environmentSchema = z.object({
  IAS_CA_FILE: z.string().regex(/[\\/]\.landscape[\\/]ca\.pem$/),
  VCAP_SERVICES_FILE_PATH: z.string().regex(/[\\/]\.landscape[\\/]bindings[\\/][\w.-]+\.json$/),
});

/**
 * Renames a `default-env.json` that no landscape wrote, e.g. with a binding of a real tenant.
 * @returns the path of the renamed file; undefined if there is nothing to rename
 */
export async function backUpForeign(path: string): Promise<string | undefined> {
  if (!existsSync(path) || isWrittenByLandscape(await readFile(path, 'utf8'))) return undefined;
  const backup = freeBackupPath(path);
  await rename(path, backup);
  return backup;
}

function isWrittenByLandscape(content: string): boolean {
  try {
    return environmentSchema.safeParse(JSON.parse(content)).success;
  } catch {
    return false;
  }
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
