import { setImmediate } from 'node:timers/promises';
import type { Landscape } from '@nest-ias/landscape';
import { TOKEN_FLIGHTS } from './token-flight.recorder.js';

/**
 * Waits, without sleeping, until the tenant has answered token requests and none is on its way any more; an app in
 * this process then holds the token. For refreshes in the background, which nobody awaits.
 *
 * @param requests how many there must have been since the start, or since `landscape.tenant.reset()`
 */
export async function waitForFlight({ tenant }: Landscape, requests = 1): Promise<void> {
  while (tenant.counters.token < requests || TOKEN_FLIGHTS.isInAir(tenant.url)) {
    await TOKEN_FLIGHTS.nextLanding();
    // What the answer sets off in this process happens before the loop turns.
    await setImmediate();
  }
}
