import { type Landscape, type LandscapeOptions, startLandscape as start } from '@nest-ias/landscape';
import { TOKEN_REQUESTS } from './token-request-recorder.js';

/**
 * Starts a landscape for a test: an IAS tenant with one application, and a Cloud Foundry router, with real TLS on free
 * loopback ports. `landscape.stop()` stops it.
 * @throws the `node:net` error if a port cannot be bound
 * @throws {RangeError} if IAS does not allow the options
 */
export async function startLandscape(options?: LandscapeOptions): Promise<Landscape> {
  TOKEN_REQUESTS.record();
  return start(options);
}
