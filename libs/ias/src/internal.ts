/**
 * Parts of the library for the command `ias` and the page of this repository. They are not part of the package `nest-ias` and can change
 * at any time.
 */
export { ClientCertificate } from './binding/client-certificate.js';
export {
  CREDENTIAL_TYPES,
  inferCredentialType,
  isUnderDomains,
  parseIdentityBinding,
  type IdentityBinding,
  type OwnKeyMaterial,
} from './binding/identity-binding.js';
export { loadDefaultEnvironment, readBindingSource, type BoundInstance } from './binding/binding-source.js';
export { resemblesIdentity } from './binding/missing-binding.js';
export { repairPem, type PemBlock } from './binding/pem.js';
export { readTrustedAuthorities } from './binding/trusted-authorities.js';
export { DATE_CLAIMS, meaningOfClaim, meaningOfHeader } from './core/claim-meanings.js';
export { decodeCompactJws } from './core/jwt.js';
export { RedactedToken } from './core/redacted.js';
export { readPlatformSettings } from './core/environment.js';
export { resolveSettings, type IasSettings } from './core/settings.js';
export {
  BINDING_ERRORS,
  CONFIGURATION_ERRORS,
  documentationUrl,
  DOWNSTREAM_ERRORS,
  TOKEN_REQUEST_ERRORS,
} from './errors/error-codes.js';
export { BindingError, ConfigurationError, TokenRequestError } from './errors/ias-error.js';
export { POSSESSION_PROOFS } from './guard/authentication.js';
export { AuthenticationException } from './guard/authentication-exception.js';
export { parseBearerCredentials } from './guard/checks/1-credentials.js';
export { effectiveIssuer } from './guard/tenant-issuer.js';
export { TokenAuthenticator } from './guard/token-authenticator.js';
export { parseForwardedCertificate } from './guard/forwarded-certificate.js';
export { REJECTIONS, type RejectionCode } from './guard/rejection-codes.js';
export { createAgent, createLoopbackAgent } from './net/agent.js';
export { isLoopback, lookupLoopback } from './net/loopback.js';
export { classifyTransportFailure } from './net/transport-failure.js';
export {
  clientParameters,
  createClientCredential,
  type ClientCredential,
} from './token/client-credential.js';
export { parseRetryAfter, statusFailure, transportFailure } from './token/token-endpoint-failure.js';
export { clientCredentialsRequest, exchangeRequest, type TokenRequest } from './token/token-request.js';
export { parseTokenResponse } from './token/token-response.js';
export { IasModule } from './module/ias.module.js';
