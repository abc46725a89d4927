import { test } from 'vitest';
import { createIdentity, Forger, startLandscape } from '@nest-ias/testing';

/**
 * `test` of vitest with fixtures for the whole file: a landscape, an identity that the app under test accepts, and a
 * forger of tokens that it must reject. After each test, the tenants are reset: faults, limits, counters and requests.
 * Extend it with the app under test.
 */
export const iasTest = test
  // oxlint-disable-next-line no-empty-pattern -- vitest reads the names in the pattern
  .extend('landscape', { scope: 'file' }, async ({}, { onCleanup }) => {
    const landscape = await startLandscape();
    onCleanup(() => landscape.stop());
    return landscape;
  })
  .extend('identity', { scope: 'file' }, ({ landscape }) => createIdentity(landscape))
  // The tenant must publish the forger's key before the app fetches the keys.
  .extend('forger', { scope: 'file', auto: true }, ({ landscape }) => Forger.of(landscape))
  .extend('tenantReset', { auto: true }, ({ landscape }, { onCleanup }) => {
    onCleanup(() => {
      for (const tenant of landscape.tenants) tenant.reset();
    });
    return undefined;
  });
