import { FlightOverdueError } from '../core/single-flight.js';

/** No answer that can be used came from the tenant; `message` is safe to log. */
export class TenantUnavailableError extends Error {
  override readonly name = 'TenantUnavailableError';
}

/**
 * The failure of a flight as one of the tenant.
 *
 * @throws what is no failure of the tenant
 */
export function asTenantUnavailable(error: unknown): TenantUnavailableError {
  if (error instanceof TenantUnavailableError) return error;
  if (error instanceof FlightOverdueError) return new TenantUnavailableError(`There was ${error.message}.`);
  throw error;
}
