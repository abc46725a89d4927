import { setImmediate } from 'node:timers/promises';
import type { Landscape } from '@nest-ias/landscape';
import { TOKEN_FLIGHTS } from './token-flight.recorder.js';

/**
 * Waits, without sleeping, until the tenants of a landscape have answered token requests and none is on its way any
 * more; an app in this process then holds the token. For refreshes in the background, which nobody awaits.
 *
 * @param requests how many there must have been, at all tenants together, since the start or since the `reset()` of each
 */
export async function waitForFlight({ tenants }: Landscape, requests = 1): Promise<void> {
  const answered = () => tenants.reduce((sum, { counters }) => sum + counters.token, 0);
  const isInAir = () => tenants.some(({ url }) => TOKEN_FLIGHTS.isInAir(url));
  while (answered() < requests || isInAir()) {
    await TOKEN_FLIGHTS.nextLanding();
    // What the answer sets off in this process happens before the loop turns.
    await setImmediate();
  }
}
