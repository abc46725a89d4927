import { afterEach, describe, expect, it, vi } from 'vitest';

const UNAVAILABLE = () => Promise.reject(new Error('npm error code E404'));
const BROKEN = () => Promise.reject(new Error('npm error code E500'));

/** Reads the module anew, as a run of the matrix with this scope does. */
const withScope = async (scope: string | undefined) => {
  vi.resetModules();
  vi.stubEnv('IAS_MATRIX', scope);
  return import('./cells.js');
};

afterEach(() => vi.unstubAllEnvs());

describe('the matrix', () => {
  it('fails if a part cannot be installed', async () => {
    await expect((await withScope('all')).prepare(UNAVAILABLE)).rejects.toThrow('E404');
    await expect((await withScope(undefined)).prepare(UNAVAILABLE)).rejects.toThrow('E404');
  });

  it('names the reason with --allow-missing, and fails for any other one', async () => {
    const { prepare } = await withScope('what-can-run');
    expect(await prepare(UNAVAILABLE)).toMatch(/lacks a package \(E404\)/);
    await expect(prepare(BROKEN)).rejects.toThrow('E500');
  });

  it('has each major on both platforms, and each package manager', async () => {
    const names = (await withScope('all')).cellsToRun().map(([name]) => name);
    for (const nest of [10, 11, 12])
      for (const platform of ['express', 'fastify'])
        expect(names).toContain(`Nest ${nest} on ${platform}, installed with npm`);
    expect(names).toEqual(
      expect.arrayContaining([expect.stringMatching(/pnpm$/), expect.stringMatching(/yarn$/)]),
    );
    expect((await withScope(undefined)).cellsToRun()).toHaveLength(2);
  });
});
