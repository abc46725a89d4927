import { defineConfig } from 'vitest/config';
import { NotRunReporter } from './test/helper/not-run-reporter.js';

export default defineConfig({
  resolve: { tsconfigPaths: true },
  test: {
    include: ['{apps,libs,test}/**/*.{spec,e2e-spec}.ts'],
    setupFiles: ['test/helper/no-secret-output-setup.ts'],
    reporters: ['default', new NotRunReporter()],
    maxWorkers: '100%',
    testTimeout: 20_000,
    hookTimeout: 30_000,
    // of what runs in the processes of vitest; the deployed apps run in their own
    coverage: {
      provider: 'v8',
      include: ['{apps,libs}/*/src/**/*.ts'],
      exclude: ['**/*.spec.ts'],
      reporter: ['text-summary', 'html'],
      reportOnFailure: true,
    },
  },
});
