import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';

/** Makes a script believe that it runs on Windows, after the native parts of vite are loaded. */
const WINDOWS = `data:text/javascript,${encodeURIComponent(`
  await import('${import.meta.resolve('vite')}');
  Object.defineProperty(process, 'platform', { value: 'win32' });`)}`;

it.each<[string, readonly string[], Record<string, string>, string]>([
  [
    'scripts/drill.mjs',
    ['--import', WINDOWS],
    {},
    'The drill needs Linux or macOS, because it signals process groups.\n',
  ],
  [
    'scripts/screenshot.mjs',
    [],
    { CHROMIUM_PATH: '/missing/chromium' },
    'Chromium was not found: set CHROMIUM_PATH to its path.\n',
  ],
])('%s exits with code 2 and one sentence where it cannot run', (script, options, env, sentence) => {
  const { status, stderr } = spawnSync(process.execPath, [...options, script], { encoding: 'utf8', env });
  expect([status, stderr]).toEqual([2, sentence]);
});
