import { join } from 'node:path';
import { Module } from '@nestjs/common';
import type { DynamicModule, Provider } from '@nestjs/common';
import { ModulesContainer, APP_FILTER } from '@nestjs/core';
import { BindingRenewal } from '../binding/binding-renewal.js';
import { CertificateExpiryMonitor } from '../binding/certificate-expiry-monitor.js';
import { loadDefaultEnvironment } from '../binding/binding-source.js';
import { IdentityBindings } from '../binding/identity-bindings.js';
import { DEFAULT_ENVIRONMENT } from '../binding/missing-binding.js';
import {
  Clocks,
  IAS_CLOCK,
  IAS_MONOTONIC_CLOCK,
  SYSTEM_CLOCK,
  SYSTEM_MONOTONIC_CLOCK,
} from '../core/clocks.js';
import { GuardPresence, isGuardReplaced } from '../guard/guard-presence.js';
import { CertificateGauge } from '../health/certificate-gauge.js';
import { CertificateHealthIndicator } from '../health/certificate-health-indicator.js';
import { LastSeen } from '../health/last-seen.js';
import type { Clock } from '../core/clocks.js';
import { assertNoSecretIsDebugged } from '../core/debug-output.js';
import { IasEvents } from '../core/events.js';
import {
  LOADED_HTTP,
  IAS_OPTION_OVERRIDES,
  NO_OPTION_OVERRIDES,
  SYSTEM_RANDOM,
} from '../core/injection-tokens.js';
import { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN, OPTIONS_TYPE } from './ias.module-definition.js';
import { optionsMissing } from '../core/module-missing.js';
import type { IasModuleOptions } from '../core/options.js';
import { LOADED_TELEMETRY } from '../core/telemetry.js';
import { processEnvironment } from '../core/environment.js';
import { IAS_SETTINGS, resolveSettings } from '../core/settings.js';
import type { IasSettings } from '../core/settings.js';
import { BindingError } from '../errors/ias-error.js';
import { IasTokenProvider } from '../token/ias-token-provider.js';
import { RejectionFilter } from '../guard/rejection.filter.js';
import { RejectionLog } from '../guard/rejection-log.js';
import { IasAuthGuard } from '../guard/ias-auth.guard.js';
import { ProtectedResourceController } from '../guard/protected-resource.controller.js';
import { PossessionVerifier } from '../guard/checks/7-proof-of-possession.js';
import { RequestAuthenticator } from '../guard/request-authenticator.js';
import { KeyStore } from '../guard/checks/5-signature.js';
import { TenantClient } from '../guard/tenant/tenant-client.js';
import { TrustedIssuers } from '../guard/checks/3-issuer.js';
import { AudienceAndDates } from '../guard/checks/4-audience-and-dates.js';
import { TenantAcceptance } from '../guard/checks/6-tenant-acceptance.js';
import { TokenAuthenticator } from '../guard/token-authenticator.js';
import { VerifiedTokenCache } from '../guard/cache/verified-token-cache.js';
import { XssecAuthenticator } from '../guard/xssec/xssec-authenticator.js';

/** The parts of the guard. They need `IdentityBindings`, `IAS_SETTINGS`, `IAS_TELEMETRY`, `IasEvents` and the clocks. */
const GUARD_PROVIDERS: Provider[] = [
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
const GUARD_CONTROLLERS = [ProtectedResourceController];

/**
 * The providers that a module with `@UseGuards(IasAuthGuard)` needs: Nest creates another guard in the module of the
 * route.
 */
const GUARD_EXPORTS = [IasAuthGuard, RequestAuthenticator];

/**
 * App-to-app security with SAP Cloud Identity Services: the binding, tokens for calls to other apps, and the guard.
 *
 * `IasModule.forRoot()` reads everything from the environment. With an invalid binding or option, the app fails to start
 * with a `BindingError` or `ConfigurationError`. The module sends no request to the tenant before a request needs it.
 */
@Module({
  controllers: GUARD_CONTROLLERS,
  providers: [
    optionsMissing(MODULE_OPTIONS_TOKEN, 'IasModule', 'forRoot'),
    {
      provide: IAS_SETTINGS,
      inject: [MODULE_OPTIONS_TOKEN, IAS_OPTION_OVERRIDES],
      useFactory: (options: IasModuleOptions, overrides: IasModuleOptions) =>
        readSettings({ ...options, ...overrides }),
    },
    NO_OPTION_OVERRIDES,
    {
      provide: IdentityBindings,
      inject: [IAS_SETTINGS, IAS_CLOCK, ModulesContainer],
      useFactory: loadBindings,
    },
    BindingRenewal,
    CertificateExpiryMonitor,
    CertificateGauge,
    CertificateHealthIndicator,
    IasEvents,
    LastSeen,
    SYSTEM_CLOCK,
    SYSTEM_MONOTONIC_CLOCK,
    Clocks,
    SYSTEM_RANDOM,
    LOADED_HTTP,
    LOADED_TELEMETRY,
    IasTokenProvider,
    ...GUARD_PROVIDERS,
  ],
  exports: [
    CertificateHealthIndicator,
    IAS_CLOCK,
    IAS_MONOTONIC_CLOCK,
    IasEvents,
    IdentityBindings,
    IasTokenProvider,
    LastSeen,
    ...GUARD_EXPORTS,
  ],
})
export class IasModule extends ConfigurableModuleClass {
  /** @param options take precedence over environment variables */
  static override forRoot(options: typeof OPTIONS_TYPE = {}): DynamicModule {
    return super.forRoot(options);
  }
}

function readSettings(options: IasModuleOptions): IasSettings {
  if (options.loadDefaultEnv === true && options.credentials === undefined)
    loadDefaultEnvironment([join(process.cwd(), DEFAULT_ENVIRONMENT)]);
  const environment = processEnvironment();
  assertNoSecretIsDebugged(environment);
  return resolveSettings(options, environment);
}

function loadBindings(settings: IasSettings, now: Clock, modules: ModulesContainer): IdentityBindings {
  try {
    return IdentityBindings.load(settings, now());
  } catch (error) {
    const isMissing = error instanceof BindingError && error.code === 'binding_missing';
    if (isMissing && !settings.outbound && isGuardReplaced(modules)) return IdentityBindings.none();
    throw error;
  }
}
