import { FlightOverdueError } from '../core/single-flight.js';

/** The tenant sent no usable response. `message` is safe to log. */
export class TenantUnavailableError extends Error {
  override readonly name = 'TenantUnavailableError';
}

/**
 * Converts the failure of a request, its deadline included.
 *
 * @throws any other error
 */
export function asTenantUnavailable(error: unknown): TenantUnavailableError {
  if (error instanceof TenantUnavailableError) return error;
  if (error instanceof FlightOverdueError)
    return new TenantUnavailableError(`The tenant sent ${error.message}.`);
  throw error;
}
