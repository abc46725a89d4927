import { mkdir, readdir, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { IdentityCredentials } from './identity-credentials.js';

/** How a binding is mounted into a container. */
export interface MountOptions {
  /** Name of the service instance. @default 'clicreIas' */
  readonly instanceName?: string;
  /**
   * Where the properties lie: `sapcp` in `<root>/identity/<instance>/`, as Kyma mounts `/etc/secrets/sapcp`;
   * `servicebinding` in `<root>/<instance>/`, as servicebinding.io has it. @default 'sapcp'
   */
  readonly layout?: 'sapcp' | 'servicebinding';
  /** Whether files are symbolic links through `..data`, which Kubernetes exchanges at once on rotation; otherwise they are rewritten in place, one by one. @default true */
  readonly symlinks?: boolean;
}

interface Property {
  readonly name: string;
  readonly text: string;
  readonly format: 'text' | 'json';
}

const OWNER_ONLY = 0o600;
const DATA = '..data';

/**
 * Mounts a binding as files, one for each property; mounting other credentials to the same place rotates it.
 * @returns the directory of the binding
 */
export async function mountBinding(
  root: string,
  credentials: IdentityCredentials,
  { instanceName = 'clicreIas', layout = 'sapcp', symlinks = true }: MountOptions = {},
): Promise<string> {
  const directory = layout === 'sapcp' ? join(root, 'identity', instanceName) : join(root, instanceName);
  await mkdir(directory, { recursive: true });
  const files = filesOf(credentials, instanceName);
  await (symlinks ? exchange(directory, files) : rewrite(directory, files));
  return directory;
}

/** The files of the SAP BTP service operator: the credentials, what describes the instance, and `.metadata` on both. */
function filesOf(credentials: IdentityCredentials, instanceName: string): ReadonlyMap<string, string> {
  const described: Property[] = Object.entries(credentials).map(([name, value]: [string, unknown]) =>
    typeof value === 'string'
      ? { name, text: value, format: 'text' }
      : { name, text: JSON.stringify(value), format: 'json' },
  );
  const description: Property[] = [
    { name: 'type', text: 'identity', format: 'text' },
    { name: 'label', text: 'identity', format: 'text' },
    { name: 'plan', text: 'application', format: 'text' },
    { name: 'instance_name', text: instanceName, format: 'text' },
    { name: 'tags', text: '[]', format: 'json' },
  ];
  const shape = ({ name, format }: Property) => ({ name, format });
  const metadata = {
    metaDataProperties: description.map(shape),
    credentialProperties: described.map(shape),
  };
  return new Map([
    ...[...described, ...description].map(({ name, text }) => [name, text] as const),
    ['.metadata', JSON.stringify(metadata)],
  ]);
}

async function rewrite(directory: string, files: ReadonlyMap<string, string>): Promise<void> {
  for (const [name, content] of files) await writeFile(join(directory, name), content, { mode: OWNER_ONLY });
  await removeOthers(directory, new Set(files.keys()));
}

/** The kubelet's way: a new directory, then `..data` points to it, so that readers see all of it or nothing. */
async function exchange(directory: string, files: ReadonlyMap<string, string>): Promise<void> {
  const version = `..${randomUUID()}`;
  await mkdir(join(directory, version));
  for (const [name, content] of files) {
    await writeFile(join(directory, version, name), content, { mode: OWNER_ONLY });
  }
  await symlink(version, join(directory, `${DATA}_tmp`));
  await rename(join(directory, `${DATA}_tmp`), join(directory, DATA));
  const present = new Set(await readdir(directory));
  for (const name of files.keys()) {
    if (!present.has(name)) await symlink(join(DATA, name), join(directory, name));
  }
  const current = await readlink(join(directory, DATA));
  await removeOthers(directory, new Set([DATA, current, ...files.keys()]));
}

async function removeOthers(directory: string, kept: ReadonlySet<string>): Promise<void> {
  for (const name of await readdir(directory)) {
    if (!kept.has(name)) await rm(join(directory, name), { recursive: true });
  }
}
