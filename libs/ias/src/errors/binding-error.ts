import { IasError } from './ias-error.js';

/**
 * - `binding_missing`: no instance of the identity service is bound
 * - `binding_unreadable`: the source of the binding cannot be read or is not JSON
 * - `binding_ambiguous`: several instances are bound, and one has to be chosen
 * - `binding_invalid`: a property is missing or has a value that cannot be used
 * - `binding_certificate_invalid`: certificate or key cannot be read, or they do not belong together
 * - `binding_certificate_expired`: the certificate is expired or not yet valid
 * - `binding_cannot_fetch_tokens`: the binding has nothing to authenticate a token request with
 */
export type BindingErrorCode =
  | 'binding_missing'
  | 'binding_unreadable'
  | 'binding_ambiguous'
  | 'binding_invalid'
  | 'binding_certificate_invalid'
  | 'binding_certificate_expired'
  | 'binding_cannot_fetch_tokens';

/** The identity binding is missing or broken; the message names the binding, the property and the remedy. */
export class BindingError extends IasError<BindingErrorCode> {}
