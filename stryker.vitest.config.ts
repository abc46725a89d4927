import { defineConfig } from 'vitest/config';

/** The unit specs of libs/ias. */
export default defineConfig({
  resolve: { tsconfigPaths: true },
  test: { include: ['libs/ias/src/**/*.spec.ts'], testTimeout: 20_000, hookTimeout: 30_000 },
});
