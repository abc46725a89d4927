import { setImmediate } from 'node:timers/promises';
import type { Landscape } from '@nest-ias/landscape';
import { TOKEN_FLIGHTS } from './token-request-recorder.js';

/**
 * Waits, without sleeping, until the tenants of a landscape have answered token requests and none is on its way any
 * more; an app in this process then holds the token. For refreshes in the background, which nobody awaits.
 *
 * @param requests how many there must have been, at all tenants together, since the start or since the `reset()` of each
 * @param timeoutMilliseconds how long to wait for them
 * @throws {Error} when they have not been answered by then
 */
export async function waitForFlight(
  { tenants }: Landscape,
  requests = 1,
  timeoutMilliseconds = 4_000,
): Promise<void> {
  const answered = () => tenants.reduce((sum, { counters }) => sum + counters.token, 0);
  const isInAir = () => tenants.some(({ url }) => TOKEN_FLIGHTS.isInAir(url));
  const deadline = AbortSignal.timeout(timeoutMilliseconds);
  while (answered() < requests || isInAir()) {
    await TOKEN_FLIGHTS.nextLanding(deadline).catch((cause: unknown) => {
      throw new Error(`${answered()} of ${requests} token requests came within ${timeoutMilliseconds} ms.`, {
        cause,
      });
    });
    // What the answer sets off in this process happens before the loop turns.
    await setImmediate();
  }
}
