import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Clocks } from '../../core/clocks.js';
import { IasEvents } from '../../core/events.js';
import { IAS_SETTINGS } from '../../core/settings.js';
import type { IasSettings } from '../../core/settings.js';
import { AuthenticationException } from '../authentication-exception.js';
import type { PresentedToken } from '../token-gate.js';
import { IssuerKeys } from '../tenant/issuer-keys.js';
import type { KeySet, PublishedKey } from '../tenant/key-set.js';
import { TenantClient } from '../tenant/tenant-client.js';
import type { TrustedTenant } from '../tenant/tenant-client.js';

/** Issuers whose keys are kept; a resolver may accept any number. */
const MAX_ISSUERS = 1_000;

/** The key that made a signature, and the set that it belongs to. */
export interface Signer {
  readonly key: PublishedKey;
  readonly keySet: KeySet;
}

/** The keys of every trusted issuer; the one place that our own check and xssec take them from. */
@Injectable()
export class KeyStore {
  readonly #issuers = new LRUCache<string, IssuerKeys>({ max: MAX_ISSUERS });

  constructor(
    private readonly tenants: TenantClient,
    private readonly events: IasEvents,
    @Inject(IAS_SETTINGS) private readonly settings: IasSettings,
    private readonly clocks: Clocks,
  ) {}

  /**
   * The key that made the signature of the token.
   *
   * @throws {AuthenticationException} `token_key_unknown`, `token_signature_invalid`, `keys_unavailable`
   */
  async verify(token: PresentedToken): Promise<Signer> {
    const keySet = await this.#keysOf(token).holding(token.header.kid);
    const key = keySet.signerOf(token);
    if (!key) throw new AuthenticationException('token_signature_invalid');
    return { key, keySet };
  }

  /** Keeps the keys of a busy issuer fresh without letting a request wait. */
  renewAhead(tenant: TrustedTenant, keySet: KeySet): void {
    this.#keysOf(tenant).renewAhead(keySet);
  }

  #keysOf({ issuer, binding }: TrustedTenant): IssuerKeys {
    const known = this.#issuers.get(issuer);
    if (known) return known;
    const created = new IssuerKeys({
      issuer,
      fetchKeys: (signal) => this.#fetchKeys({ issuer, binding }, signal),
      clocks: this.clocks,
      outageTolerance: this.settings.outageTolerance,
    });
    this.#issuers.set(issuer, created);
    return created;
  }

  async #fetchKeys(tenant: TrustedTenant, signal: AbortSignal): Promise<readonly unknown[]> {
    const { issuer } = tenant;
    try {
      const keys = await this.tenants.fetchKeys(tenant, signal);
      this.events.emit('keys.fetched', { issuer, keys: keys.length });
      return keys;
    } catch (error) {
      this.events.emit('keys.failed', { issuer, code: 'keys_unavailable' });
      throw error;
    }
  }
}
