import { RequestWindows } from './request-windows.js';
import type { TenantLimits } from './tenant-limits.js';

/** A request, as far as limits go. */
export interface LimitedRequest {
  readonly path: string;
  /** IP address it came from. */
  readonly address: string;
  /** The time in milliseconds. */
  readonly moment: number;
}

const LIMITED_PATHS = '/oauth2/';
const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** Counts the requests of a tenant against its limits. */
export class RequestLimiter {
  readonly #ofTenant = new RequestWindows(MINUTE);
  readonly #ofAddresses = new RequestWindows(SECOND);

  constructor(private readonly limits: () => TenantLimits) {}

  /** Counts a request; answers with the limit it exceeds, in words for the operator. */
  exceededBy({ path, address, moment }: LimitedRequest): string | undefined {
    const { requestsPerMinute = Infinity, requestsPerSecondOfAddress = Infinity } = this.limits();
    if (this.#ofAddresses.count(address, moment) > requestsPerSecondOfAddress) {
      return 'limit_of_address_exceeded';
    }
    if (!path.startsWith(LIMITED_PATHS)) return undefined;
    return this.#ofTenant.count(LIMITED_PATHS, moment) > requestsPerMinute
      ? 'limit_of_tenant_exceeded'
      : undefined;
  }

  /** Counts from zero again. */
  reset(): void {
    this.#ofTenant.clear();
    this.#ofAddresses.clear();
  }
}
