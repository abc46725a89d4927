/**
 * `npm run mutation -- libs/ias/src/guard/checks`: changes one piece of code after another in folders or files, runs the
 * unit specs of libs/ias against each change, and lists the changes that no spec notices. Results are kept, so a second
 * run only tries what changed.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const targets = process.argv.slice(2);
if (targets.length === 0 || !targets.every((target) => existsSync(target))) {
  console.error('Name folders or files with source code, for example libs/ias/src/guard/checks.');
  process.exit(1);
}
const files = targets.map((target) => (statSync(target).isDirectory() ? `${target}/**/*.ts` : target));
const stryker = fileURLToPath(import.meta.resolve('@stryker-mutator/core'));
const command = stryker.replace(/dist.*$/, 'bin/stryker.js');
const { status } = spawnSync(
  process.execPath,
  [command, 'run', 'stryker.config.mjs', '--mutate', [...files, '!**/*.spec.ts'].join(',')],
  { stdio: 'inherit' },
);
process.exitCode = status ?? 1;
