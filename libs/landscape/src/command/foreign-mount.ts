import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Whether a folder contains something that no landscape wrote, such as a binding of a real tenant. What a killed landscape
 * left there names a tenant at `localhost`, below it, or at a host name of the landscape.
 */
export async function isForeignMount(directory: string, hostNames: readonly string[]): Promise<boolean> {
  const names = await readdir(directory).catch(() => []);
  if (names.length === 0) return false;
  const url = await readFile(join(directory, 'url'), 'utf8').catch(() => '');
  if (!URL.canParse(url)) return true;
  const { hostname } = new URL(url);
  return !['localhost', ...hostNames].some((name) => hostname === name || hostname.endsWith(`.${name}`));
}
