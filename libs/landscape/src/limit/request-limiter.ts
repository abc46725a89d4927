import { RequestWindows } from './request-windows.js';
import type { TenantLimits } from './tenant-limits.js';

/** The properties of a request that limits depend on. */
export interface LimitedRequest {
  readonly path: string;
  /** IP address of the client. */
  readonly address: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

const LIMITED_PATHS = '/oauth2/';
const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** Counts the requests of a tenant against its limits. */
export class RequestLimiter {
  readonly #ofTenant = new RequestWindows(MINUTE);
  readonly #ofAddresses = new RequestWindows(SECOND);
  readonly #limits: () => TenantLimits;

  constructor(limits: () => TenantLimits) {
    this.#limits = limits;
  }

  /** Counts a request and returns the limit that it exceeds, as a text for the request log. */
  exceededBy({ path, address, now }: LimitedRequest): string | undefined {
    const { requestsPerMinute = Infinity, requestsPerSecondOfAddress = Infinity } = this.#limits();
    if (this.#ofAddresses.count(address, now) > requestsPerSecondOfAddress) {
      return 'limit_of_address_exceeded';
    }
    if (!path.startsWith(LIMITED_PATHS)) return undefined;
    return this.#ofTenant.count(LIMITED_PATHS, now) > requestsPerMinute
      ? 'limit_of_tenant_exceeded'
      : undefined;
  }

  /** Resets the counts to zero. */
  reset(): void {
    this.#ofTenant.clear();
    this.#ofAddresses.clear();
  }
}
