import type { FailureKind } from './failure-kind.js';
import { IasError } from './ias-error.js';

/**
 * - `downstream_unreachable`: no connection, it broke, or the router found no living instance
 * - `downstream_untrusted`: the server's certificate does not lead to a trusted authority, or names another host
 * - `downstream_timeout`: no complete answer in time
 * - `downstream_overloaded`: 429 or 503
 * - `downstream_rejected`: 401 or 403; our token or certificate is not accepted
 * - `downstream_failed`: any other status than 2xx
 * - `downstream_malformed`: an answer that cannot be used
 * - `downstream_aborted`: the caller's signal ended the call
 * - `downstream_forbidden_target`: a request to another origin than the client was made for
 */
export type DownstreamErrorCode =
  | 'downstream_unreachable'
  | 'downstream_untrusted'
  | 'downstream_timeout'
  | 'downstream_overloaded'
  | 'downstream_rejected'
  | 'downstream_failed'
  | 'downstream_malformed'
  | 'downstream_aborted'
  | 'downstream_forbidden_target';

const UNAVAILABLE: ReadonlySet<DownstreamErrorCode> = new Set([
  'downstream_unreachable',
  'downstream_overloaded',
]);

/** A call to another app failed. */
export class DownstreamError extends IasError<DownstreamErrorCode> {
  /** Whether the app could not be reached, did not answer in time, or answered with a refusal or nonsense. */
  readonly kind: FailureKind;
  /** HTTP status of the answer, where there was one. */
  readonly status: number | undefined;

  constructor(code: DownstreamErrorCode, message: string, status?: number) {
    super(code, message);
    this.status = status;
    this.kind = code === 'downstream_timeout' ? 'timeout' : UNAVAILABLE.has(code) ? 'unavailable' : 'refused';
  }
}
