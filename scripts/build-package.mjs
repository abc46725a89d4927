/**
 * `npm run build:package`: makes dist/packages/nest-ias, the npm package: libs/ias, and libs/testing with the landscape.
 * Its dependencies are what the compiled files import, in the versions of the root's package.json.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, posix, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PACKAGE = join(ROOT, 'dist/packages/nest-ias');
const NAME = 'nest-ias';

/** What an app imports from; the name of the package inside itself means the first. */
const DOORS = {
  '.': 'ias/src/index',
  './testing': 'testing/src/index',
  './testing/vitest': 'testing/src/vitest/index',
};
/** Part of the test kit, under a name that only this repository knows. */
const LANDSCAPE = { name: '@nest-ias/landscape', file: 'landscape/src/index.js' };
/** One copy for the app and us: their classes are injection tokens, or they register something process-wide. */
const PEERS = new Set([
  '@nestjs/axios',
  '@nestjs/common',
  '@nestjs/core',
  '@opentelemetry/api',
  'axios',
  'reflect-metadata',
  'rxjs',
]);
/** Needed by tests only. */
const OPTIONAL_PEERS = ['@nestjs/testing', 'vitest'];

const SPECIFIER = /(?<=\bfrom ?|\bimport ?\(?)(['"])([^'"]+)\1/g;

build();

function build() {
  rmSync(PACKAGE, { recursive: true, force: true });
  compile();
  const files = filesOf(PACKAGE);
  const imported = new Set(files.flatMap(linkLandscape));
  cpSync(join(ROOT, 'LICENSE'), join(PACKAGE, 'LICENSE'));
  cpSync(join(ROOT, 'libs/ias/README.md'), join(PACKAGE, 'README.md'));
  writeFileSync(join(PACKAGE, 'package.json'), `${JSON.stringify(manifest(imported), undefined, 2)}\n`);
  console.log(`${relative(ROOT, PACKAGE)}: ${files.length} files`);
}

function compile() {
  const compiler = join(ROOT, 'node_modules/typescript/bin/tsc');
  const parameters = [compiler, '--project', join(ROOT, 'libs/tsconfig.package.json')];
  execFileSync(process.execPath, parameters, { stdio: 'inherit' });
}

/** @param {string} folder @returns {string[]} */
function filesOf(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/**
 * Lets a compiled file find the landscape inside the package.
 *
 * @param {string} file
 * @returns {string[]} the packages it imports
 */
function linkLandscape(file) {
  const text = readFileSync(file, 'utf8');
  const path = posix.relative(dirname(file), join(PACKAGE, LANDSCAPE.file));
  const linked = text.replaceAll(SPECIFIER, (specifier, quote, name) =>
    name === LANDSCAPE.name ? `${quote}${path}${quote}` : specifier,
  );
  if (linked !== text) writeFileSync(file, linked);
  return [...linked.matchAll(SPECIFIER)].flatMap(([, , specifier = '']) => packageOf(specifier));
}

/** @param {string} specifier */
function packageOf(specifier) {
  if (specifier.startsWith('.') || isBuiltin(specifier)) return [];
  const name = specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
  return name === NAME ? [] : [name];
}

/** @param {ReadonlySet<string>} imported */
function manifest(imported) {
  const root = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  /** @type {Record<string, string>} */
  const versions = { ...root.devDependencies, ...root.dependencies };
  const pick = (/** @type {(name: string) => boolean} */ isChosen) =>
    Object.fromEntries([...imported].filter(isChosen).sort().map(versionOf(versions)));
  const isPeer = (/** @type {string} */ name) => PEERS.has(name) || OPTIONAL_PEERS.includes(name);
  return {
    name: NAME,
    version: root.version,
    description: root.description,
    keywords: ['nestjs', 'sap', 'btp', 'ias', 'oauth2', 'mtls', 'xssec'],
    license: root.license,
    type: root.type,
    engines: root.engines,
    exports: {
      ...Object.fromEntries(
        Object.entries(DOORS).map(([door, file]) => [
          door,
          { types: `./${file}.d.ts`, default: `./${file}.js` },
        ]),
      ),
      './package.json': './package.json',
    },
    files: ['ias', 'landscape', 'testing'],
    dependencies: pick((name) => !isPeer(name)),
    peerDependencies: pick(isPeer),
    peerDependenciesMeta: Object.fromEntries(OPTIONAL_PEERS.map((name) => [name, { optional: true }])),
  };
}

/** @param {Readonly<Record<string, string>>} versions @returns {(name: string) => [string, string]} */
function versionOf(versions) {
  return (name) => {
    const version = versions[name];
    if (version === undefined) throw new Error(`${name} is imported, but not in package.json.`);
    return [name, version];
  };
}
