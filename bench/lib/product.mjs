import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const BUILT = join(ROOT, 'dist/bench');

/** Copies of the deployable folders, so that a later build does not change them. */
export const BUNDLES = join(BUILT, 'apps');
/** The same sources as unbundled output of the TypeScript compiler. */
export const COMPILED = join(BUILT, 'tsc');

/** Compiled locations of the packages in `paths` of tsconfig.base.json. */
const LIBRARIES = {
  'nest-ias': 'libs/ias/src/index.js',
  '@nest-ias/runtime': 'libs/runtime/src/index.js',
  '@nest-ias/landscape': 'libs/landscape/src/index.js',
};

/** Builds the deployable bundles and the unbundled sources. */
export function buildProduct() {
  rmSync(BUILT, { recursive: true, force: true });
  npm(['run', 'build']);
  cpSync(join(ROOT, 'dist/apps'), BUNDLES, { recursive: true });
  execFileSync(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '--project', 'bench/nest'], {
    cwd: ROOT,
    stdio: 'inherit',
  });
  for (const [name, file] of Object.entries(LIBRARIES)) {
    const folder = join(COMPILED, 'node_modules', name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{ "type": "module", "exports": "./index.js" }\n');
    writeFileSync(join(folder, 'index.js'), `export * from ${JSON.stringify(join(COMPILED, file))};\n`);
  }
}

/** Runs npm in the root of the repository, or in `folder`. */
export function npm(/** @type {readonly string[]} */ parameters, folder = ROOT) {
  execFileSync('npm', parameters, {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32', // npm is a script there
  });
}

/** @returns {Promise<typeof import('../../libs/landscape/src/index.js')>} */
export async function importLandscape() {
  return import(join(COMPILED, LIBRARIES['@nest-ias/landscape']));
}
