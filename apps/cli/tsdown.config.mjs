import { publishedPackage } from '../../scripts/lib/published-package.mjs';
import { singleFile } from '../../scripts/lib/single-file.mjs';

/** Importing a file of ours has no effect, so a command loads only what it uses. */
const treeshake = {
  moduleSideEffects: [
    { test: /[\\/](apps[\\/]cli|libs[\\/](ias|landscape|runtime))[\\/]src[\\/]/, sideEffects: false },
  ],
};

/**
 * A program, not a library: ES modules without types. It contains no code from other packages.
 *
 * @type {import('tsdown').UserConfig}
 */
export const cli = {
  ...publishedPackage('apps/cli', 'cli', { main: 'src/main.ts' }),
  name: 'package',
  format: 'esm',
  dts: false,
  plugins: [],
  treeshake,
  // The two optional packages fetch tokens in apps; the command does not load them.
  deps: { neverBundle: ['@nestjs/axios', 'axios'] },
};

/**
 * `npm run build:cli`: one file that runs where nothing is installed. It contains other packages, also those of SAP, so it
 * is not for publication (docs/decisions/0030-no-code-of-sap-in-packages.md).
 *
 * @type {import('tsdown').UserConfig}
 */
const program = {
  name: 'single-file',
  cwd: import.meta.dirname,
  entry: { ias: 'src/main.ts' },
  outDir: '../../dist/cli',
  tsconfig: '../../tsconfig.base.json',
  format: 'cjs',
  target: 'node20.19',
  dts: false,
  report: false,
  logLevel: 'error',
  treeshake,
  plugins: [singleFile()],
  deps: {
    alwaysBundle: [/^[^./]/],
    neverBundle: [
      /^(@nestjs\/(microservices|websockets|platform-express|axios)|class-validator|class-transformer|axios|supports-color)(\/.*)?$/,
    ],
    onlyBundle: false,
  },
  outputOptions: { dynamicImportInCjs: false },
};

/** `tsdown --filter` selects one of them. */
export default [cli, program];
