import { test } from 'vitest';
import { createIdentity, Forger, startLandscape } from '@nest-ias/testing';

/**
 * `test` of vitest with a landscape, an identity that the app under test accepts, and a forger of tokens that it does
 * not, for the whole file. After each test the tenants forget faults, limits, counters and requests. Extend it with the
 * app under test.
 */
export const iasTest = test
  // oxlint-disable-next-line no-empty-pattern -- vitest reads the names in the pattern
  .extend('landscape', { scope: 'file' }, async ({}, { onCleanup }) => {
    const landscape = await startLandscape();
    onCleanup(() => landscape.stop());
    return landscape;
  })
  .extend('identity', { scope: 'file' }, ({ landscape }) => createIdentity(landscape))
  // Before the app fetches the keys of the tenant: the forger's is one of them.
  .extend('forger', { scope: 'file', auto: true }, ({ landscape }) => Forger.of(landscape))
  .extend('tenantReset', { auto: true }, ({ landscape }, { onCleanup }) => {
    onCleanup(() => {
      for (const tenant of landscape.tenants) tenant.reset();
    });
    return undefined;
  });
