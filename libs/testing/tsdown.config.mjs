import { publishedPackage } from '../../scripts/lib/published-package.mjs';

const testing = publishedPackage('libs/testing', 'testing', { index: 'src/index.ts' });

/** vitest can only be imported, so its entry is an ES module; it takes the rest of the test kit from the package itself. */
const vitest = {
  ...testing,
  entry: { vitest: 'src/vitest/index.ts' },
  format: 'esm',
  plugins: [],
  clean: false,
  deps: { neverBundle: ['@nest-ias/testing'] },
};

export default [testing, vitest];
