export { IasError } from './ias.error.js';
export { DownstreamError, type DownstreamErrorCode } from './downstream.error.js';
export { BindingError, type BindingErrorCode } from './binding.error.js';
export { ConfigurationError, type ConfigurationErrorCode } from './configuration.error.js';
export { TokenRequestError, type TokenRequestErrorCode } from './token-request.error.js';
export { printable, printablePath } from './printable.js';
export type { FailureKind } from './failure-kind.js';
