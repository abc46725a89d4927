import { lstat, mkdir, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { join, resolve } from 'node:path';
import { writeFileAtomically } from '../file/atomic-file-writer.js';
import type { IdentityCredentials } from './identity-credentials.js';

/** How `mountBinding` lays out the files of a binding. */
export interface MountOptions {
  /** Name of the service instance: a single directory name. @default 'clicreIas' */
  readonly instanceName?: string;
  /**
   * Directory of the files: `sapcp` writes to `<root>/identity/<instance>/`, as in Kyma's `/etc/secrets/sapcp`;
   * `servicebinding` writes to `<root>/<instance>/`, as specified by servicebinding.io. @default 'sapcp'
   */
  readonly layout?: 'sapcp' | 'servicebinding';
  /** Whether the files are symbolic links through `..data`, which a rotation replaces atomically as in Kubernetes; otherwise a rotation rewrites them in place, one by one. @default true */
  readonly symlinks?: boolean;
}

interface Property {
  readonly name: string;
  readonly text: string;
  readonly format: 'text' | 'json';
}

const OWNER_ONLY = 0o600;
const DATA = '..data';
/** Pending mount of each directory. Concurrent mounts of one directory would delete each other's files. */
const mounting = new Map<string, Promise<void>>();

/**
 * Mounts a binding as files, one for each property. Mounting other credentials to the same directory rotates the
 * binding; the layout of the previous mount does not matter.
 * @returns the directory of the binding
 * @throws {RangeError} if the instance name is not a single directory name
 */
export async function mountBinding(
  root: string,
  credentials: IdentityCredentials,
  { instanceName = 'clicreIas', layout = 'sapcp', symlinks = true }: MountOptions = {},
): Promise<string> {
  const directory = mountedDirectory(root, instanceName, layout);
  const files = bindingProperties(credentials, instanceName);
  await serialized(resolve(directory), async () => {
    await mkdir(directory, { recursive: true });
    await (symlinks ? replaceAtomically(directory, files) : rewrite(directory, files));
  });
  return directory;
}

/**
 * Returns the directory of a binding below the root of all bindings.
 * @throws {RangeError} if the instance name is not a single directory name
 */
export function mountedDirectory(
  root: string,
  instanceName: string,
  layout: MountOptions['layout'] = 'sapcp',
): string {
  assertDirectoryName(instanceName);
  return layout === 'sapcp' ? join(root, 'identity', instanceName) : join(root, instanceName);
}

function assertDirectoryName(instanceName: string): void {
  if (/^\.{0,2}$|[/\\\0]/.test(instanceName)) {
    throw new RangeError(
      'An instance name must be a single directory name, without "/" and "\\", and not "." or "..".',
    );
  }
}

async function serialized(directory: string, mount: () => Promise<void>): Promise<void> {
  const turn = (mounting.get(directory) ?? Promise.resolve()).catch(() => undefined).then(mount);
  mounting.set(directory, turn);
  try {
    await turn;
  } finally {
    if (mounting.get(directory) === turn) mounting.delete(directory);
  }
}

/** The files of the SAP BTP service operator: credentials, properties of the instance, and `.metadata` for both. */
export function bindingProperties(
  credentials: IdentityCredentials,
  instanceName: string,
): ReadonlyMap<string, string> {
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
  for (const [name, content] of files) {
    const path = join(directory, name);
    // Writing through a link would change the link's target, which removeOthers deletes.
    if (await isLink(path)) await writeFileAtomically(path, content, OWNER_ONLY);
    else await writeFile(path, content, { mode: OWNER_ONLY });
  }
  await removeOthers(directory, new Set(files.keys()));
}

/** Writes a new directory and points `..data` to it, as the kubelet does: readers see all files change at once. */
async function replaceAtomically(directory: string, files: ReadonlyMap<string, string>): Promise<void> {
  const version = `..${randomUUID()}`;
  await mkdir(join(directory, version));
  for (const [name, content] of files) {
    await writeFile(join(directory, version, name), content, { mode: OWNER_ONLY });
  }
  await link(version, join(directory, DATA));
  for (const name of files.keys()) {
    const path = join(directory, name);
    if (!(await isLink(path))) await link(join(DATA, name), path);
  }
  await removeOthers(directory, new Set([DATA, version, ...files.keys()]));
}

/** Creates a symbolic link, atomically replacing an existing file or link. */
async function link(target: string, path: string): Promise<void> {
  const temporary = `${path}.${randomUUID()}`;
  await symlink(target, temporary);
  await rename(temporary, path);
}

async function isLink(path: string): Promise<boolean> {
  const [found] = await Promise.allSettled([lstat(path)]);
  return found.status === 'fulfilled' && found.value.isSymbolicLink();
}

async function removeOthers(directory: string, kept: ReadonlySet<string>): Promise<void> {
  for (const name of await readdir(directory)) {
    if (!kept.has(name)) await rm(join(directory, name), { recursive: true });
  }
}
