import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { IAS_CLOCK } from '../core/clocks.js';
import type { Clock } from '../core/clocks.js';
import { IasEvents } from '../core/events.js';

/** Tenants and issuers that are remembered; there may be any number where a resolver accepts them. */
const MAX_ORIGINS = 1_000;

/** When something was asked last, and what came of it. Times are ISO 8601. */
interface RequestStatus {
  readonly lastSuccess?: string;
  readonly lastFailure?: { readonly at: string; readonly code: string };
}

/** The token endpoint of a tenant. */
export interface TokenEndpointStatus extends RequestStatus {
  /** It failed several times in a row and is left in peace. */
  readonly circuit?: 'open';
  /** It refused our client, which is not presented to it before then. */
  readonly coolingDownUntil?: string;
}

/** The key set of an issuer. */
export interface KeySetStatus extends RequestStatus {
  /** Keys that were published. */
  readonly keys?: number;
}

/** What the app has last seen of its tenants, by their origins. */
export interface TenantStatus {
  readonly tokenEndpoints: Readonly<Record<string, TokenEndpointStatus>>;
  readonly keySets: Readonly<Record<string, KeySetStatus>>;
}

/**
 * Remembers what requests of the app have last seen of token endpoints and key sets. Nothing is asked of a tenant to
 * answer, and nothing that is remembered holds a token, a secret or a claim.
 */
@Injectable()
export class LastSeen {
  readonly #tokenEndpoints = new LRUCache<string, TokenEndpointStatus>({ max: MAX_ORIGINS });
  readonly #keySets = new LRUCache<string, KeySetStatus>({ max: MAX_ORIGINS });

  constructor(
    events: IasEvents,
    @Inject(IAS_CLOCK) private readonly now: Clock,
  ) {
    events.on('token-request.succeeded', ({ tenant }) =>
      this.#noteEndpoint(tenant, { lastSuccess: this.#moment() }),
    );
    events.on('token-request.failed', ({ tenant, code }) =>
      this.#noteEndpoint(tenant, { lastFailure: this.#failure(code) }),
    );
    events.on('circuit.opened', ({ tenant }) => this.#noteEndpoint(tenant, { circuit: 'open' }));
    events.on('circuit.closed', ({ tenant }) => this.#forget(tenant, 'circuit'));
    events.on('cooldown.started', ({ tenant, until }) =>
      this.#noteEndpoint(tenant, { coolingDownUntil: new Date(until).toISOString() }),
    );
    events.on('cooldown.ended', ({ tenant }) => this.#forget(tenant, 'coolingDownUntil'));
    events.on('keys.fetched', ({ issuer, keys }) =>
      this.#noteKeySet(issuer, { keys, lastSuccess: this.#moment() }),
    );
    events.on('keys.failed', ({ issuer, code }) =>
      this.#noteKeySet(issuer, { lastFailure: this.#failure(code) }),
    );
  }

  /** What was seen so far. */
  get tenants(): TenantStatus {
    return {
      tokenEndpoints: Object.fromEntries(this.#tokenEndpoints.entries()),
      keySets: Object.fromEntries(this.#keySets.entries()),
    };
  }

  #noteEndpoint(tenant: string, status: TokenEndpointStatus): void {
    this.#tokenEndpoints.set(tenant, { ...this.#tokenEndpoints.get(tenant), ...status });
  }

  #noteKeySet(issuer: string, status: KeySetStatus): void {
    this.#keySets.set(issuer, { ...this.#keySets.get(issuer), ...status });
  }

  #forget(tenant: string, aspect: 'circuit' | 'coolingDownUntil'): void {
    const { [aspect]: _past, ...rest } = this.#tokenEndpoints.get(tenant) ?? {};
    this.#tokenEndpoints.set(tenant, rest);
  }

  #failure(code: string): { at: string; code: string } {
    return { at: this.#moment(), code };
  }

  #moment(): string {
    return new Date(this.now()).toISOString();
  }
}
