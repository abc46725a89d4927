export { IasModule } from './ias.module.js';
export { isDeployed } from './core/deployment.js';
export { IAS_CLOCK, IAS_MONOTONIC_CLOCK, type Clock } from './ias.clock.js';
export {
  type BindingEvent,
  type IasEventListener,
  type IasEventMap,
  type IasEventName,
  IasEvents,
  type TokenFlightEvent,
} from './ias.events.js';
export { IAS_OPTION_OVERRIDES } from './ias.option-overrides.js';
export type {
  IasModuleOptions,
  IssuerResolver,
  ProofOfPossessionPolicy,
  SignatureAlgorithm,
} from './ias.options.js';
export {
  type CredentialType,
  type IdentityBinding,
  IdentityBindings,
  loadDefaultEnvironment,
} from './binding/binding.js';
export { AccessToken, IasTokenProvider, type TokenOptions } from './token/token.js';
export {
  AllowCallers,
  AuthenticationException,
  type AuthenticationProblem,
  Claims,
  IasAuthGuard,
  type IasClaims,
  ProofOfPossession,
  Public,
  RawToken,
  type RedactedToken,
  type RejectionCode,
  RequireApi,
  SecurityContext,
  TechnicalUserOnly,
} from './guard/guard.js';
export {
  type CertificateHealth,
  CertificateHealthIndicator,
  type CertificatesHealth,
  type CertificateStatus,
  type KeySetSighting,
  LastSeen,
  type TenantSightings,
  type TokenEndpointSighting,
} from './health/health.js';
export { IasHttpModule, type IasHttpModuleOptions, parseTargetUrl } from './client/client.js';
export {
  BindingError,
  type BindingErrorCode,
  ConfigurationError,
  type ConfigurationErrorCode,
  DownstreamError,
  type DownstreamErrorCode,
  type FailureKind,
  IasError,
  TokenRequestError,
  type TokenRequestErrorCode,
} from './errors/errors.js';
