import { publishedPackage } from '../../scripts/lib/published-package.mjs';

const testing = publishedPackage('libs/testing', 'testing', { index: 'src/index.ts' });

/**
 * vitest can only be imported, so its entry is an ES module, which takes the rest of the test kit from the package itself.
 * `require` gets the same from a CommonJS module, for its types: vitest then says that it cannot be required.
 */
const vitest = {
  ...testing,
  entry: { vitest: 'src/vitest/index.ts' },
  format: ['esm', 'cjs'],
  plugins: [],
  clean: false,
  deps: { neverBundle: ['@nest-ias/testing'] },
};

export default [testing, vitest];
