import type { Provider } from '@nestjs/common';
import { SecurityEvents } from './answer/security.events.js';
import { IasAuthGuard } from './ias-auth.guard.js';
import { ProtectedResourceController } from './metadata/protected-resource.controller.js';
import { PossessionVerifier } from './proof/possession.verifier.js';
import { RequestAuthenticator } from './request.authenticator.js';
import { KeyStore } from './tenant/key.store.js';
import { TenantClient } from './tenant/tenant.client.js';
import { TrustedIssuers } from './tenant/trusted.issuers.js';
import { VerdictStore } from './tenant/verdict.store.js';
import { TokenGate } from './token/token.gate.js';
import { TokenAuthenticator } from './token.authenticator.js';
import { VerifiedTokenCache } from './verified-token.cache.js';
import { XssecAuthenticator } from './xssec/xssec.authenticator.js';

/** What the guard consists of; needs `IdentityBindings`, `IAS_SETTINGS`, and the clocks beside it. */
export const GUARD_PROVIDERS: Provider[] = [
  TenantClient,
  TrustedIssuers,
  KeyStore,
  VerdictStore,
  TokenGate,
  XssecAuthenticator,
  VerifiedTokenCache,
  TokenAuthenticator,
  PossessionVerifier,
  SecurityEvents,
  RequestAuthenticator,
  IasAuthGuard,
];

/** Routes of the guard itself. */
export const GUARD_CONTROLLERS = [ProtectedResourceController];

/** What a module needs that uses the guard: Nest makes guards of `@UseGuards` anew in the module of the route. */
export const GUARD_EXPORTS = [IasAuthGuard, RequestAuthenticator];
