import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { IAS_CLOCK } from '../ias.clock.js';
import type { Clock } from '../ias.clock.js';
import { IasEvents } from '../ias.events.js';

/** Tenants and issuers that are remembered; there may be any number where a resolver accepts them. */
const MAX_ORIGINS = 1_000;

/** When something was asked last, and what came of it. Times are ISO 8601. */
interface Sighting {
  readonly lastSuccess?: string;
  readonly lastFailure?: { readonly at: string; readonly code: string };
}

/** The token endpoint of a tenant. */
export interface TokenEndpointSighting extends Sighting {
  /** It failed several times in a row and is left in peace. */
  readonly circuit?: 'open';
  /** It refused our client, which is not presented to it before then. */
  readonly coolingDownUntil?: string;
}

/** The key set of an issuer. */
export interface KeySetSighting extends Sighting {
  /** Keys that were published. */
  readonly keys?: number;
}

/** What the app has last seen of its tenants, by their origins. */
export interface TenantSightings {
  readonly tokenEndpoints: Readonly<Record<string, TokenEndpointSighting>>;
  readonly keySets: Readonly<Record<string, KeySetSighting>>;
}

/**
 * Remembers what requests of the app have last seen of token endpoints and key sets. Nothing is asked of a tenant to
 * answer, and nothing that is remembered holds a token, a secret or a claim.
 */
@Injectable()
export class LastSeen {
  readonly #tokenEndpoints = new LRUCache<string, TokenEndpointSighting>({ max: MAX_ORIGINS });
  readonly #keySets = new LRUCache<string, KeySetSighting>({ max: MAX_ORIGINS });

  constructor(
    events: IasEvents,
    @Inject(IAS_CLOCK) private readonly now: Clock,
  ) {
    events.on('flight.succeeded', ({ tenant }) =>
      this.#noteEndpoint(tenant, { lastSuccess: this.#moment() }),
    );
    events.on('flight.failed', ({ tenant, code }) =>
      this.#noteEndpoint(tenant, { lastFailure: this.#failure(code) }),
    );
    events.on('circuit.opened', ({ tenant }) => this.#noteEndpoint(tenant, { circuit: 'open' }));
    events.on('circuit.closed', ({ tenant }) => this.#forget(tenant, 'circuit'));
    events.on('cooldown.started', ({ tenant, until }) =>
      this.#noteEndpoint(tenant, { coolingDownUntil: new Date(until).toISOString() }),
    );
    events.on('cooldown.ended', ({ tenant }) => this.#forget(tenant, 'coolingDownUntil'));
  }

  /** The sightings so far. */
  get tenants(): TenantSightings {
    return {
      tokenEndpoints: Object.fromEntries(this.#tokenEndpoints.entries()),
      keySets: Object.fromEntries(this.#keySets.entries()),
    };
  }

  /** Watches a request for the keys of an issuer. */
  async watchKeys(issuer: string, fetchKeys: () => Promise<readonly unknown[]>): Promise<readonly unknown[]> {
    const known = this.#keySets.get(issuer);
    try {
      const keys = await fetchKeys();
      this.#keySets.set(issuer, { ...known, lastSuccess: this.#moment(), keys: keys.length });
      return keys;
    } catch (error) {
      this.#keySets.set(issuer, { ...known, lastFailure: this.#failure('keys_unavailable') });
      throw error;
    }
  }

  #noteEndpoint(tenant: string, sighting: TokenEndpointSighting): void {
    this.#tokenEndpoints.set(tenant, { ...this.#tokenEndpoints.get(tenant), ...sighting });
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
