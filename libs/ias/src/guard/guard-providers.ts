import type { Provider } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { GuardPresence } from './guard-presence.js';
import { RejectionFilter } from './rejection.filter.js';
import { RejectionLog } from './rejection-log.js';
import { IasAuthGuard } from './ias-auth.guard.js';
import { ProtectedResourceController } from './protected-resource.controller.js';
import { PossessionVerifier } from './checks/7-proof-of-possession.js';
import { RequestAuthenticator } from './request-authenticator.js';
import { KeyStore } from './checks/5-signature.js';
import { TenantClient } from './tenant/tenant-client.js';
import { TrustedIssuers } from './checks/3-issuer.js';
import { AudienceAndDates } from './checks/4-audience-and-dates.js';
import { TenantAcceptance } from './checks/6-tenant-acceptance.js';
import { TokenAuthenticator } from './token-authenticator.js';
import { VerifiedTokenCache } from './cache/verified-token-cache.js';
import { XssecAuthenticator } from './xssec/xssec-authenticator.js';

/** The parts of the guard. They need `IdentityBindings`, `IAS_SETTINGS`, `IAS_TELEMETRY`, `IasEvents` and the clocks. */
export const GUARD_PROVIDERS: Provider[] = [
  IasAuthGuard,
  GuardPresence,
  RequestAuthenticator,
  RejectionLog,
  { provide: APP_FILTER, useClass: RejectionFilter },
  VerifiedTokenCache,
  TokenAuthenticator,
  TrustedIssuers,
  AudienceAndDates,
  KeyStore,
  TenantAcceptance,
  PossessionVerifier,
  TenantClient,
  XssecAuthenticator,
];

/** Routes of the guard itself. */
export const GUARD_CONTROLLERS = [ProtectedResourceController];

/** What a module with `@UseGuards(IasAuthGuard)` needs: Nest creates the guard anew in the module of the route. */
export const GUARD_EXPORTS = [IasAuthGuard, RequestAuthenticator];
