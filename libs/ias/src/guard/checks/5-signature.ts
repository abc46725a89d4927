import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Clocks } from '../../core/clocks.js';
import { IasEvents } from '../../core/events.js';
import { IAS_SETTINGS } from '../../core/settings.js';
import type { IasSettings } from '../../core/settings.js';
import { AuthenticationException } from '../authentication-exception.js';
import type { Fetched } from '../cache/stale-while-unavailable.js';
import type { ParsedToken } from './2-token-format.js';
import { IssuerKeys } from '../tenant/issuer-keys.js';
import type { KeySet, PublishedKey } from '../tenant/key-set.js';
import { TenantClient } from '../tenant/tenant-client.js';
import type { TrustedTenant } from '../tenant/tenant-client.js';

/** A resolver may accept any number of issuers. */
const MAX_ISSUERS = 1_000;

/** A token from a trusted issuer for one of our bindings. */
export interface PresentedToken extends ParsedToken, TrustedTenant {}

/** The key that made a signature, and the key set that contains it. */
export interface Signer {
  readonly key: PublishedKey;
  readonly keySet: Fetched<KeySet>;
}

/**
 * Step 5: the signature is valid, with a sound key that the issuer publishes.
 *
 * This store has the keys of all trusted issuers. xssec gets its key from here, too.
 */
@Injectable()
export class KeyStore {
  readonly #issuers = new LRUCache<string, IssuerKeys>({ max: MAX_ISSUERS });
  readonly #tenants: TenantClient;
  readonly #events: IasEvents;
  readonly #settings: IasSettings;
  readonly #clocks: Clocks;

  constructor(
    tenants: TenantClient,
    events: IasEvents,
    @Inject(IAS_SETTINGS) settings: IasSettings,
    clocks: Clocks,
  ) {
    this.#tenants = tenants;
    this.#events = events;
    this.#settings = settings;
    this.#clocks = clocks;
  }

  /**
   * Finds the key that made the signature of the token.
   *
   * @throws {AuthenticationException} `token_key_unknown`, `token_signature_invalid`, `keys_unavailable`
   */
  async verify(token: PresentedToken): Promise<Signer> {
    const keySet = await this.#keysOf(token).holding(token.header.kid);
    const key = keySet.value.signerOf(token);
    if (!key) throw new AuthenticationException('token_signature_invalid');
    return { key, keySet };
  }

  /** Keeps the keys of a busy issuer fresh, so that no request waits for them. */
  renewAhead(tenant: TrustedTenant, keySet: Fetched<KeySet>): void {
    if (keySet.freshness.isDue) this.#keysOf(tenant).renewAhead(keySet);
  }

  #keysOf({ issuer, binding }: TrustedTenant): IssuerKeys {
    const known = this.#issuers.get(issuer);
    if (known) return known;
    const created = new IssuerKeys({
      issuer,
      fetchKeys: (signal) => this.#fetchKeys({ issuer, binding }, signal),
      clocks: this.#clocks,
      outageTolerance: this.#settings.outageTolerance,
    });
    this.#issuers.set(issuer, created);
    return created;
  }

  async #fetchKeys(tenant: TrustedTenant, signal: AbortSignal): Promise<readonly unknown[]> {
    const { issuer } = tenant;
    try {
      const keys = await this.#tenants.fetchKeys(tenant, signal);
      this.#events.emit('keys.fetched', { issuer, keys: keys.length });
      return keys;
    } catch (error) {
      this.#events.emit('keys.failed', { issuer, code: 'keys_unavailable' });
      throw error;
    }
  }
}
