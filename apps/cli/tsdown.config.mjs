import { publishedPackage } from '../../scripts/lib/published-package.mjs';

/** A program, not a library: one ES module without types. */
export default {
  ...publishedPackage('apps/cli', 'cli', { main: 'src/main.ts' }),
  format: 'esm',
  dts: false,
  plugins: [],
};
