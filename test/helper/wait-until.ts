import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 50;
const PATIENCE_MS = 20_000;

/**
 * Waits until a condition is true.
 *
 * @param what name of the condition in the error
 * @throws {Error} if the condition is not true in time
 */
export async function waitUntil(
  what: string,
  condition: () => boolean | Promise<boolean>,
  patienceMs = PATIENCE_MS,
): Promise<void> {
  const deadline = Date.now() + patienceMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`Timed out after ${patienceMs / 1_000} s: ${what}`);
    await delay(POLL_MS);
  }
}
