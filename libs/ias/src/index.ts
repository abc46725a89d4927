export { IasModule } from './module/ias.module.js';
export { isDeployed } from './core/deployment.js';
export { IAS_CLOCK, IAS_MONOTONIC_CLOCK, type Clock } from './core/clocks.js';
export {
  type BindingEvent,
  type IasEventListener,
  type IasEventMap,
  type IasEventName,
  IasEvents,
  type TokenRequestEvent,
} from './core/events.js';
export { IAS_OPTION_OVERRIDES } from './core/injection-tokens.js';
export type { IasModuleOptions, IssuerResolver, ProofOfPossessionPolicy } from './core/options.js';
export { type SignatureAlgorithm } from './core/signature-algorithms.js';
export { type CredentialType, type IdentityBinding } from './binding/identity-binding.js';
export { IdentityBindings } from './binding/identity-bindings.js';
export { loadDefaultEnvironment } from './binding/binding-source.js';
export { AccessToken } from './token/access-token.js';
export { IasTokenProvider } from './token/ias-token-provider.js';
export { type TokenOptions } from './token/token-request.js';
export {
  AllowCallers,
  ProofOfPossession,
  Public,
  RequireApi,
  TechnicalUserOnly,
} from './guard/demands.decorator.js';
export { AuthenticationException, type AuthenticationProblem } from './guard/authentication-exception.js';
export { type Authentication, authenticationOf, type PossessionProof } from './guard/authentication.js';
export { Claims, Proof, RawToken, SecurityContext } from './guard/caller.decorator.js';
export { IasAuthGuard } from './guard/ias-auth.guard.js';
export { type IasClaims } from './guard/access-token-schema.js';
export { type RedactedToken } from './core/redacted.js';
export { type RejectionCode } from './guard/rejection-codes.js';
export {
  type CertificateHealth,
  CertificateHealthIndicator,
  type CertificatesHealth,
  type CertificateStatus,
} from './health/certificate-health-indicator.js';
export {
  type KeySetStatus,
  LastSeen,
  type TenantStatus,
  type TokenEndpointStatus,
} from './health/last-seen.js';
export { isLoopback } from './net/loopback.js';
export { type Resource } from './token/token-request.js';
export { IasClient } from './client/ias-client.js';
export { getIasClientToken, IasClientModule, InjectIasClient } from './client/ias-client.module.js';
export { type IasClientOptions } from './client/ias-client-options.js';
export { type IasCallOptions, type IasRequest } from './client/ias-request.js';
export { IasResponse } from './client/ias-response.js';
export { IasStreamResponse } from './client/ias-stream-response.js';
export { type FailureProblem, IasExceptionFilter } from './client/ias-exception.filter.js';
export { parseTargetUrl } from './client/target-url.js';
export {
  type BindingErrorCode,
  type ConfigurationErrorCode,
  documentationUrl,
  type DownstreamErrorCode,
  type FailureKind,
  type TokenRequestErrorCode,
} from './errors/error-codes.js';
export {
  BindingError,
  ConfigurationError,
  type DownstreamAnswer,
  DownstreamError,
  IasError,
  TokenRequestError,
} from './errors/ias-error.js';
