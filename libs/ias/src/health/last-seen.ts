import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { IAS_CLOCK } from '../core/clocks.js';
import type { Clock } from '../core/clocks.js';
import { IasEvents } from '../core/events.js';

/** Limit of remembered tenants and issuers; a resolver can accept any number of them. */
const MAX_ORIGINS = 1_000;

/** Time of the last success and of the last failure, in ISO 8601. */
interface RequestStatus {
  readonly lastSuccess?: string;
  readonly lastFailure?: { readonly at: string; readonly code: string };
}

/** The token endpoint of a tenant. */
export interface TokenEndpointStatus extends RequestStatus {
  /** It failed several times in a row; requests to it fail at once for some seconds. */
  readonly circuit?: 'open';
  /** It rejected the client; the next request is sent after this time. */
  readonly coolingDownUntil?: string;
}

/** The key set of an issuer. */
export interface KeySetStatus extends RequestStatus {
  /** Number of published keys. */
  readonly keys?: number;
}

/** Results of the app's last requests to its tenants, by origin. */
export interface TenantStatus {
  readonly tokenEndpoints: Readonly<Record<string, TokenEndpointStatus>>;
  readonly keySets: Readonly<Record<string, KeySetStatus>>;
}

/**
 * Remembers the results of the app's last requests to token endpoints and key sets. It sends no request itself, and
 * stores no token, secret or claim.
 */
@Injectable()
export class LastSeen {
  readonly #tokenEndpoints = new LRUCache<string, TokenEndpointStatus>({ max: MAX_ORIGINS });
  readonly #keySets = new LRUCache<string, KeySetStatus>({ max: MAX_ORIGINS });
  readonly #now: Clock;

  constructor(events: IasEvents, @Inject(IAS_CLOCK) now: Clock) {
    this.#now = now;
    events.on('token-request.succeeded', ({ tenant }) =>
      this.#updateEndpoint(tenant, { lastSuccess: this.#time() }),
    );
    events.on('token-request.failed', ({ tenant, code }) =>
      this.#updateEndpoint(tenant, { lastFailure: this.#failure(code) }),
    );
    events.on('circuit.opened', ({ tenant }) => this.#updateEndpoint(tenant, { circuit: 'open' }));
    events.on('circuit.closed', ({ tenant }) => this.#clear(tenant, 'circuit'));
    events.on('cooldown.started', ({ tenant, until }) =>
      this.#updateEndpoint(tenant, { coolingDownUntil: new Date(until).toISOString() }),
    );
    events.on('cooldown.ended', ({ tenant }) => this.#clear(tenant, 'coolingDownUntil'));
    events.on('keys.fetched', ({ issuer, keys }) =>
      this.#updateKeySet(issuer, { keys, lastSuccess: this.#time() }),
    );
    events.on('keys.failed', ({ issuer, code }) =>
      this.#updateKeySet(issuer, { lastFailure: this.#failure(code) }),
    );
  }

  /** Status of all tenants to which the app has sent requests. */
  get tenants(): TenantStatus {
    return {
      tokenEndpoints: Object.fromEntries(this.#tokenEndpoints.entries()),
      keySets: Object.fromEntries(this.#keySets.entries()),
    };
  }

  #updateEndpoint(tenant: string, status: TokenEndpointStatus): void {
    this.#tokenEndpoints.set(tenant, { ...this.#tokenEndpoints.get(tenant), ...status });
  }

  #updateKeySet(issuer: string, status: KeySetStatus): void {
    this.#keySets.set(issuer, { ...this.#keySets.get(issuer), ...status });
  }

  #clear(tenant: string, aspect: 'circuit' | 'coolingDownUntil'): void {
    const { [aspect]: _past, ...rest } = this.#tokenEndpoints.get(tenant) ?? {};
    this.#tokenEndpoints.set(tenant, rest);
  }

  #failure(code: string): { at: string; code: string } {
    return { at: this.#time(), code };
  }

  #time(): string {
    return new Date(this.#now()).toISOString();
  }
}
