import { type Landscape, type LandscapeOptions, startLandscape as start } from '@nest-ias/landscape';
import { TOKEN_FLIGHTS } from './token-request-recorder.js';

/**
 * Starts a landscape for a test: an IAS tenant with one application, and a Cloud Foundry router, over real TLS on free
 * ports of loopback. `landscape.stop()` ends it.
 *
 * @throws the `node:net` error of a port that cannot be bound
 * @throws {RangeError} for a token validity the token policy of IAS does not allow
 */
export async function startLandscape(options?: LandscapeOptions): Promise<Landscape> {
  TOKEN_FLIGHTS.record();
  return start(options);
}
