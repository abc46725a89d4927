import { IdentityService } from '@sap/xssec';
import type { PublishedKey } from '../tenant/key-set.js';
import type { TrustedTenant } from '../tenant/tenant-client.js';

type JwksCache = IdentityService['jwksCache'];

interface JwksResponse {
  readonly keys: readonly PublishedKey[];
  readonly servicePlans: null;
}

/**
 * xssec's service for one trusted issuer and one of our bindings. It contains only the key of the token.
 *
 * It replaces the key cache of xssec, which would hold an entry for each combination of unverified claims forever
 * (docs/reference/ias-facts.md#xssec). `jwksCache` is internal to xssec; key-identity-service.spec.ts pins it.
 */
export class KeyIdentityService extends IdentityService {
  readonly #key: PublishedKey;
  #jwks: unknown;

  constructor({ issuer, binding }: TrustedTenant, key: PublishedKey) {
    // With the binding's domains, xssec would accept every tenant under them.
    const credentials = { clientid: binding.clientId, url: issuer, domains: [new URL(issuer).host] };
    super(credentials, { validation: { x5t: { enabled: false }, proofToken: { enabled: false } } });
    this.#key = key;
  }

  override get jwksCache(): JwksCache {
    return {
      getOrRequest: async (...[, , { deserialize } = {}]) => this.#deserialized(deserialize),
    } as JwksCache;
  }

  #deserialized(deserialize: ((response: JwksResponse) => unknown) | undefined): unknown {
    this.#jwks ??= deserialize?.({ keys: [this.#key], servicePlans: null });
    return this.#jwks;
  }
}
