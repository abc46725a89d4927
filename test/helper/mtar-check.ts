import { isDeepStrictEqual } from 'node:util';
import { strFromU8, unzipSync } from 'fflate';
import { parse } from 'yaml';
import { mtaSchema } from './descriptor-schemas.js';
import type { Mta } from './descriptor-schemas.js';

const MEGABYTE = 1024 * 1024;
const MAX_ARCHIVE_BYTES = 5 * MEGABYTE;
const MAX_MODULE_BYTES = 10 * MEGABYTE;
const MAX_MODULE_FILES = 60;

const MANIFEST = 'META-INF/MANIFEST.MF';
const DESCRIPTOR = 'META-INF/mtad.yaml';

/** A deployed module has bundled code and a `package.json` only: no sources, tests, maps, lock files or settings. */
const DEPLOYED_FILE = /^([\w-]+\.js|package\.json)$/;
/** An inline source map. A reference to a map that is not deployed reveals nothing. */
const SOURCE_MAP = /sourceMappingURL=data:/;
const PRIVATE_KEY = /-----BEGIN [A-Z ]*PRIVATE KEY-----(\\r|\\n|\s)*[A-Za-z0-9+/=]{40}/;

/**
 * Module types that `mbt` writes to the deployment descriptor, by module type of `mta.yaml`
 * (docs/reference/ias-facts.md#mbt-module-type).
 */
const PLATFORM_TYPES: Readonly<Record<string, readonly string[]>> = {
  nodejs: ['javascript.nodejs', 'nodejs'],
};

type Files = Readonly<Record<string, Uint8Array>>;

/**
 * Returns one sentence for each error in an archive of `mbt build`.
 *
 * @param archive content of the `.mtar`
 * @param mtaYaml text of the `mta.yaml` that it was built from
 * @param checkout folder that it was built in; no file may name it
 */
export function checkMtar(archive: Uint8Array, mtaYaml: string, checkout: string): string[] {
  const mta = mtaSchema.parse(parse(mtaYaml));
  const files = unzip(archive);
  if (files === undefined) return ['the archive cannot be read'];
  const expected = [MANIFEST, DESCRIPTOR, ...mta.modules.map(({ name }) => moduleEntry(name))];
  return [
    ...(archive.length > MAX_ARCHIVE_BYTES ? [`the archive has ${archive.length} bytes`] : []),
    ...expected.filter((path) => files[path] === undefined).map((path) => `${path} is missing`),
    ...Object.keys(files)
      .filter((path) => !expected.includes(path))
      .map((path) => `${path} must not be in the archive`),
    ...checkManifest(files, mta),
    ...checkDescriptor(files, mta),
    ...mta.modules.flatMap((module) => checkModule(files, module, checkout)),
  ];
}

/** Returns the deployed files of a module by path; undefined if the archive has no such module. */
export function moduleFiles(archive: Uint8Array, name: string): Files | undefined {
  const zipped = unzip(archive)?.[moduleEntry(name)];
  return zipped && unzip(zipped);
}

/** Returns the path of a module in the archive. */
function moduleEntry(name: string): string {
  return `${name}/data.zip`;
}

function unzip(archive: Uint8Array): Files | undefined {
  try {
    const entries = Object.entries(unzipSync(archive)).filter(([path]) => !path.endsWith('/'));
    return Object.fromEntries(entries);
  } catch {
    return undefined;
  }
}

/** Checks the sections of the manifest by which the deployer finds the modules (JAR specification, `MTA-Module`). */
function checkManifest(files: Files, { modules }: Mta): string[] {
  const manifest = files[MANIFEST];
  if (manifest === undefined) return [];
  const sections = strFromU8(manifest)
    .split(/(?:\r?\n){2,}/)
    .map((section) =>
      Object.fromEntries(
        [...section.matchAll(/^([\w-]+): (.*?)\r?$/gm)].map(([, key, value]) => [key, value]),
      ),
    );
  return modules
    .filter(({ name }) => {
      const section = sections.find((candidate) => candidate['MTA-Module'] === name);
      return section?.['Name'] !== moduleEntry(name) || section['Content-Type'] !== 'application/zip';
    })
    .map(({ name }) => `${MANIFEST}: has no path of module ${name}`);
}

/** Checks that the deployment descriptor equals `mta.yaml`, except for build parameters. */
function checkDescriptor(files: Files, mta: Mta): string[] {
  const descriptor = files[DESCRIPTOR];
  if (descriptor === undefined) return [];
  const { 'build-parameters': _howBuilt, ...deployed } = parse(strFromU8(descriptor)) as Record<
    string,
    unknown
  >;
  const { 'build-parameters': _howToBuild, modules, ...rest } = mta;
  const types = ((deployed['modules'] ?? []) as readonly { readonly type?: string }[]).map(
    ({ type }) => type,
  );
  const expected: Record<string, unknown> = {
    ...rest,
    modules: modules.map((module, index) => deployedModule(module, types[index])),
  };
  return [...new Set([...Object.keys(expected), ...Object.keys(deployed)])]
    .filter((aspect) => !isDeepStrictEqual(deployed[aspect], expected[aspect]))
    .map((aspect) => `${DESCRIPTOR}: ${aspect} differs from mta.yaml`);
}

/** @param type module type in the deployment descriptor */
function deployedModule(module: Mta['modules'][number], type = ''): Record<string, unknown> {
  const { 'build-parameters': _howBuilt, provides, ...deployed } = module;
  const types = PLATFORM_TYPES[module.type] ?? [];
  return {
    ...deployed,
    ...(provides.length > 0 && { provides }),
    type: types.includes(type) ? type : types[0],
    path: module.name,
  };
}

function checkModule(files: Files, { name, parameters }: Mta['modules'][number], checkout: string): string[] {
  const zipped = files[moduleEntry(name)];
  if (zipped === undefined) return [];
  const content = unzip(zipped);
  if (content === undefined) return [`${moduleEntry(name)} cannot be read`];
  const paths = Object.keys(content);
  const bytes = Object.values(content).reduce((sum, file) => sum + file.length, 0);
  return [
    ...(paths.length > MAX_MODULE_FILES ? [`${paths.length} files`] : []),
    ...(bytes > MAX_MODULE_BYTES ? [`${bytes} bytes`] : []),
    ...paths.filter((path) => !DEPLOYED_FILE.test(path)).map((path) => `${path} must not be deployed`),
    ...Object.entries(content).flatMap(([path, file]) => checkFile(path, strFromU8(file), checkout)),
    ...checkPackage(content['package.json'], parameters.command),
  ].map((finding) => `module ${name}: ${finding}`);
}

function checkFile(path: string, text: string, checkout: string): string[] {
  const buildPaths = ['file:///', checkout, JSON.stringify(checkout).slice(1, -1)];
  return [
    ...(buildPaths.some((buildPath) => text.includes(buildPath))
      ? [`${path} contains a path of the build machine`]
      : []),
    ...(SOURCE_MAP.test(text) ? [`${path} has a source map`] : []),
    ...(PRIVATE_KEY.test(text) ? [`${path} contains a private key`] : []),
  ];
}

/** Checks that there are no dependencies to install at staging, and that the start command is that of the descriptor. */
function checkPackage(file: Uint8Array | undefined, command: string): string[] {
  if (file === undefined) return ['package.json is missing'];
  const { scripts, dependencies, devDependencies } = JSON.parse(strFromU8(file)) as {
    scripts?: { start?: string };
    dependencies?: object;
    devDependencies?: object;
  };
  return [
    ...(scripts?.start === command ? [] : [`its start command is not "${command}"`]),
    ...(Object.keys({ ...dependencies, ...devDependencies }).length > 0 ? ['it has dependencies'] : []),
  ];
}
