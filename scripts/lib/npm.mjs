import { spawnSync } from 'node:child_process';

/**
 * Runs npm and returns what it printed.
 *
 * @param {readonly string[]} parameters
 */
export function npm(parameters) {
  return spawnSync('npm', parameters, {
    encoding: 'utf8',
    shell: process.platform === 'win32', // npm is a script there
    maxBuffer: 64 * 1_024 * 1_024,
  });
}
