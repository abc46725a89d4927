import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 50;
const PATIENCE_MS = 20_000;

/**
 * Waits until something is so.
 *
 * @param what completes "… within 20 s" in the error
 * @throws {Error} it was not so in time
 */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  patienceMs = PATIENCE_MS,
): Promise<void> {
  const deadline = Date.now() + patienceMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`${what} did not come true within ${patienceMs / 1_000} s`);
    await delay(POLL_MS);
  }
}
