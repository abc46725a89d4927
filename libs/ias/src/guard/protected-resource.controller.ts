import { Controller, Get, Header, Inject, NotFoundException } from '@nestjs/common';
import { IdentityBindings } from '../binding/identity-bindings.js';
import { IAS_SETTINGS } from '../core/settings.js';
import type { IasSettings } from '../core/settings.js';
import { Public } from './demands.decorator.js';

/** Path of the metadata of a resource without a path (RFC 9728 §3.1). */
const METADATA_PATH = '.well-known/oauth-protected-resource';

/** Protected resource metadata (RFC 9728 §2). */
export interface ProtectedResourceMetadata {
  readonly resource: string;
  readonly authorization_servers: readonly string[];
  readonly bearer_methods_supported: readonly ['header'];
  readonly tls_client_certificate_bound_access_tokens: boolean;
}

/**
 * Tells clients where to get tokens for this app, if the option `resource` is set. Without it the route answers 404: it is
 * registered all the same, because `forRootAsync` resolves the options after Nest has collected the controllers. That
 * costs 37 KiB (docs/decisions/0009).
 */
@Public()
@Controller(METADATA_PATH)
export class ProtectedResourceController {
  readonly #bindings: IdentityBindings;
  readonly #settings: IasSettings;

  constructor(bindings: IdentityBindings, @Inject(IAS_SETTINGS) settings: IasSettings) {
    this.#bindings = bindings;
    this.#settings = settings;
  }

  @Get()
  @Header('Cache-Control', 'max-age=3600')
  describe(): ProtectedResourceMetadata {
    const { resource, trustedIssuers, proofOfPossession } = this.#settings;
    if (resource === undefined) throw new NotFoundException();
    return {
      resource,
      authorization_servers: [...new Set([...this.#bindings.all.map(({ url }) => url), ...trustedIssuers])],
      bearer_methods_supported: ['header'],
      tls_client_certificate_bound_access_tokens: proofOfPossession === 'required',
    };
  }
}

/**
 * The URL of the metadata of a resource, for challenges (RFC 9728 §5.1).
 *
 * @param resource origin of the resource
 */
export function metadataUrlOf(resource: string): string {
  return new URL(`/${METADATA_PATH}`, resource).href;
}
