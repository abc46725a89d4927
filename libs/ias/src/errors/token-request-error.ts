import { IasError } from './ias-error.js';
import type { FailureKind } from './failure-kind.js';

/**
 * - `token_endpoint_unreachable`: no connection, or it broke
 * - `token_endpoint_untrusted`: the server's certificate does not lead to a trusted authority, or names another host
 * - `token_endpoint_timeout`: no complete answer within the deadline
 * - `token_endpoint_overloaded`: 429
 * - `token_endpoint_unavailable`: 408 or 5xx
 * - `token_endpoint_redirected`: 3xx; a client certificate is never presented to another address
 * - `client_rejected`: the tenant does not accept this client or its certificate (`invalid_client`)
 * - `assertion_rejected`: the tenant does not accept the user token that was to be exchanged (`invalid_grant`)
 * - `token_request_rejected`: the tenant refused the request for another reason (RFC 6749 §5.2)
 * - `token_response_too_large`: more than 64 KiB
 * - `token_response_malformed`: not the JSON of RFC 6749 §5.1
 * - `token_type_unsupported`: a token type other than Bearer
 * - `token_not_bound`: the token is bound to another certificate than the one that was presented
 * - `token_endpoint_circuit_open`: the tenant failed several times in a row and is left in peace for some seconds
 * - `client_cooling_down`: the tenant refused this client before; it is not asked again for a while, or it may lock it
 * - `token_request_aborted`: the caller's signal ended the wait
 */
export type TokenRequestErrorCode =
  | 'token_endpoint_unreachable'
  | 'token_endpoint_untrusted'
  | 'token_endpoint_timeout'
  | 'token_endpoint_overloaded'
  | 'token_endpoint_unavailable'
  | 'token_endpoint_redirected'
  | 'client_rejected'
  | 'assertion_rejected'
  | 'token_request_rejected'
  | 'token_response_too_large'
  | 'token_response_malformed'
  | 'token_type_unsupported'
  | 'token_not_bound'
  | 'token_endpoint_circuit_open'
  | 'client_cooling_down'
  | 'token_request_aborted';

const UNREACHABLE: ReadonlySet<TokenRequestErrorCode> = new Set([
  'token_endpoint_unreachable',
  'token_endpoint_overloaded',
  'token_endpoint_unavailable',
  'token_endpoint_circuit_open',
  'client_cooling_down',
]);

/** No access token could be obtained from the token endpoint. */
export class TokenRequestError extends IasError<TokenRequestErrorCode> {
  /** Whether the tenant could not be reached, did not answer in time, or answered with a refusal or nonsense. */
  readonly kind: FailureKind;

  /** Milliseconds the tenant asked to wait before the next request (`Retry-After`). */
  readonly retryAfter: number | undefined;

  constructor(code: TokenRequestErrorCode, message: string, retryAfter?: number) {
    super(code, message);
    this.retryAfter = retryAfter;
    this.kind =
      code === 'token_endpoint_timeout' ? 'timeout' : UNREACHABLE.has(code) ? 'unavailable' : 'refused';
  }
}
