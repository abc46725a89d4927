import type { Provider } from '@nestjs/common';
import { SecurityEvents } from './security-events.js';
import { IasAuthGuard } from './ias-auth.guard.js';
import { ProtectedResourceController } from './protected-resource.controller.js';
import { PossessionVerifier } from './checks/7-proof-of-possession.js';
import { RequestAuthenticator } from './request-authenticator.js';
import { KeyStore } from './checks/5-signature.js';
import { TenantClient } from './tenant/tenant-client.js';
import { TrustedIssuers } from './checks/3-issuer.js';
import { VerdictStore } from './tenant/verdict-store.js';
import { TokenGate } from './token-gate.js';
import { TokenAuthenticator } from './token-authenticator.js';
import { VerifiedTokenCache } from './cache/verified-tokens.js';
import { XssecAuthenticator } from './xssec/xssec-authenticator.js';

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
