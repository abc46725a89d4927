import { setImmediate } from 'node:timers/promises';
import type { Landscape } from '@nest-ias/landscape';
import { TOKEN_REQUESTS } from './token-request-recorder.js';

/**
 * Waits, without sleeping, until the tenants of a landscape have answered token requests and none is pending. An app in
 * this process then has the token. Use it for background refreshes, which you cannot await.
 * @param requests number of requests to all tenants together, since their start or their last `reset()`
 * @param timeoutMilliseconds time limit in milliseconds
 * @throws {Error} if the tenants have not answered that many requests within the time limit
 */
export async function waitForTokenRequest(
  { tenants }: Landscape,
  requests = 1,
  timeoutMilliseconds = 4_000,
): Promise<void> {
  const answered = () => tenants.reduce((sum, { counters }) => sum + counters.token, 0);
  const isPending = () => tenants.some(({ url }) => TOKEN_REQUESTS.isPending(url));
  const deadline = AbortSignal.timeout(timeoutMilliseconds);
  while (answered() < requests || isPending()) {
    await TOKEN_REQUESTS.nextCompletion(deadline).catch((cause: unknown) => {
      throw new Error(
        `${answered()} of ${requests} token requests were answered within ${timeoutMilliseconds} ms.`,
        {
          cause,
        },
      );
    });
    // The app processes the answer before the next turn of the event loop.
    await setImmediate();
  }
}
