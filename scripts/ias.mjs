// Runs the command `ias` from the sources of this repository: `npm run -s ias -- doctor`. It builds the command first if a
// source changed, which takes about a second.
import { cpSync, existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const COMMAND = join(ROOT, 'dist/ias/main.mjs');
const SOURCES = ['apps/cli', 'libs/ias/src', 'libs/landscape/src', 'libs/runtime/src', 'project.json'].map(
  (path) => join(ROOT, path),
);

if (!existsSync(COMMAND) || SOURCES.some((path) => changedAt(path) > statSync(COMMAND).mtimeMs))
  await build();
await import(pathToFileURL(COMMAND).href);

/**
 * When a file, or any file in a folder, changed: ms since the epoch.
 *
 * @param {string} path
 * @returns {number}
 */
function changedAt(path) {
  if (!statSync(path).isDirectory()) return statSync(path).mtimeMs;
  const files = readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Math.max(...files.map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs));
}

/** Builds into a folder of its own first: another process may be loading the command. */
async function build() {
  process.stderr.write('Building the command ias, for its first use or because its sources changed …\n');
  const folder = `${join(ROOT, 'dist/ias')}-${process.pid}`;
  try {
    const { build: bundle } = await import('tsdown');
    const config = join(ROOT, 'apps/cli/tsdown.config.mjs');
    await bundle({
      config,
      filter: 'package',
      logLevel: 'silent',
      outDir: folder,
      sourcemap: false,
      onSuccess: () => {},
    });
    const main = join(folder, 'main.mjs');
    // Names of the other files contain a digest, so they never replace a different file.
    cpSync(folder, join(ROOT, 'dist/ias'), { recursive: true, filter: (source) => source !== main });
    renameSync(main, COMMAND);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    process.stderr.write(`The command ias cannot be built (${reason}). Run "npm ci" and try again.\n`);
    process.exit(2);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
