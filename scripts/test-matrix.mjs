/**
 * `npm run test:matrix`: installs the packages into apps that `@nestjs/cli` 10, 11 and 12 generate, on Express and on
 * Fastify, with npm, pnpm and yarn, and compiles against them with each supported TypeScript and `moduleResolution`. It
 * needs the npm registry. It fails if a part cannot run; with `-- --allow-missing` it lists such parts instead.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const OPTION = '--allow-missing';

const options = process.argv.slice(2);
const unknown = options.filter((option) => option !== OPTION);
if (unknown.length > 0) {
  console.error(`Unknown option ${unknown.join(' ')}: the only option is ${OPTION}.`);
  process.exit(2);
}

if (!existsSync(join(ROOT, 'dist/packages'))) {
  console.error('The packages are missing: run "npm run build:packages" first.');
  process.exit(2);
}

const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
const { status } = spawnSync(process.execPath, [vitest, 'run', 'test/matrix', '--no-file-parallelism'], {
  cwd: ROOT,
  stdio: 'inherit',
  env: { ...process.env, IAS_MATRIX: options.includes(OPTION) ? 'what-can-run' : 'all' },
});
process.exitCode = status ?? 1;
