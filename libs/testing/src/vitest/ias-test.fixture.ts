import { test } from 'vitest';
import { startLandscape } from '../landscape.starter.js';
import { createIdentity } from '../test-identity.js';

/**
 * `test` of vitest with a landscape and an identity that the app under test accepts, both for the whole file; after
 * each test the tenant forgets faults, counters and requests. Extend it with the app under test.
 */
export const iasTest = test
  // oxlint-disable-next-line no-empty-pattern -- vitest reads the names in the pattern
  .extend('landscape', { scope: 'file' }, async ({}, { onCleanup }) => {
    const landscape = await startLandscape();
    onCleanup(() => landscape.stop());
    return landscape;
  })
  .extend('identity', { scope: 'file' }, ({ landscape }) => createIdentity(landscape))
  .extend('tenantReset', { auto: true }, ({ landscape }, { onCleanup }) => {
    onCleanup(() => landscape.tenant.reset());
    return undefined;
  });
