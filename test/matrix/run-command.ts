import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** No single command may take longer, so that a hanging one is named. */
const COMMAND_DEADLINE_MS = 240_000;

/** Runs a command. @returns its output */
export async function run(
  [program, ...parameters]: readonly [string, ...string[]],
  cwd: string,
): Promise<string> {
  // An app must not inherit the environment of the test runner.
  const { NODE_ENV: _, VITEST: __, CI: ___, ...env } = process.env;
  try {
    const { stdout, stderr } = await promisify(execFile)(program, parameters, {
      cwd,
      env: { ...env, NO_COLOR: '1' },
      timeout: COMMAND_DEADLINE_MS,
      maxBuffer: 16 * 1024 * 1024,
      shell: process.platform === 'win32',
    });
    return stdout + stderr;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`${program} ${parameters.join(' ')}:\n${stdout}${stderr}`, { cause: error });
  }
}
