import { spawnSync } from 'node:child_process';
import type { TestContext } from 'vitest';

const IS_WINDOWS = process.platform === 'win32';

/**
 * Signals a process and its children. It must lead a process group (`detached`). On Windows, which has neither process
 * groups nor signals, all of them end at once.
 */
export function signalTree(pid: number, signal: NodeJS.Signals): void {
  if (IS_WINDOWS) spawnSync('taskkill', ['/pid', String(pid), '/t', '/f']);
  else process.kill(-pid, signal);
}

/** Skips a test on Windows, because it observes how a process handles a signal. */
export function skipWithoutSignals({ skip }: Pick<TestContext, 'skip'>): void {
  skip(IS_WINDOWS, 'Windows has no signals that a process could handle.');
}
