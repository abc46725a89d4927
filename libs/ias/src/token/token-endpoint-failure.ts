import type { TokenRequestErrorCode } from '../errors/error-codes.js';
import { TokenRequestError } from '../errors/ias-error.js';
import { classifyTransportFailure } from '../net/transport-failure.js';
import { MAX_RESPONSE_BYTES } from './token-response.js';

const MAX_RETRY_AFTER_SECONDS = 86_400;

/** Turns an error of the HTTP client into one that contains neither request nor key. */
export function transportFailure(tenant: string, error: unknown): TokenRequestError {
  const { reason, detail } = classifyTransportFailure(error);
  const from = `No access token from ${tenant}:`;
  switch (reason) {
    case 'timeout':
      return new TokenRequestError(
        'token_endpoint_timeout',
        `${from} no complete response in time; try again later.`,
      );
    case 'untrusted':
      return new TokenRequestError(
        'token_endpoint_untrusted',
        `${from} its server certificate is not trusted (${detail}); check "url" in the binding, or add the authority to IAS_CA_FILE.`,
      );
    case 'misnamed':
      return new TokenRequestError(
        'token_endpoint_untrusted',
        `${from} the subjectAltName of its server certificate does not contain this host (${detail}); check "url" in the binding.`,
      );
    case 'certificate-refused':
      return new TokenRequestError(
        'client_rejected',
        `${from} it rejected the client certificate (${detail}); bind the service again to get a new certificate.`,
      );
    case 'too-large':
      return new TokenRequestError(
        'token_response_too_large',
        `${from} the response is larger than ${MAX_RESPONSE_BYTES / 1024} KiB; check "url" in the binding.`,
      );
    case 'malformed':
      return new TokenRequestError(
        'token_response_malformed',
        `${from} the response is not valid HTTP (${detail}); check "url" in the binding.`,
      );
    case 'unreachable':
      return new TokenRequestError(
        'token_endpoint_unreachable',
        `${from} no connection (${detail}); check the network of the app and the state of the tenant.`,
      );
  }
}

/**
 * The error for a response with a status other than 2xx (RFC 6749 §5.2).
 *
 * @param retryAfter milliseconds that the tenant asked to wait
 */
export function statusFailure(
  tenant: string,
  status: number,
  body: string,
  retryAfter?: number,
): TokenRequestError {
  const fail = (code: TokenRequestErrorCode, message: string, wait?: number) =>
    new TokenRequestError(code, message, wait, status);
  const answered = `No access token from ${tenant}: it answered ${status}`;
  if (status === 429) {
    return fail('token_endpoint_overloaded', `${answered}, too many requests; try again later.`, retryAfter);
  }
  if (status >= 500 || status === 408) {
    return fail('token_endpoint_unavailable', `${answered}; try again later.`, retryAfter);
  }
  if (status >= 300 && status < 400) {
    return fail(
      'token_endpoint_redirected',
      `${answered}, but a client certificate is never sent along a redirect; check "url" in the binding.`,
    );
  }
  const error = oauthErrorOf(body);
  const because = error === undefined ? answered : `${answered} ${error}`;
  if (error === 'invalid_client' || status === 401) {
    return fail(
      'client_rejected',
      `${because}, the client or its certificate is not accepted; bind the service again to get a new certificate and restage the app.`,
    );
  }
  if (error === 'invalid_grant') {
    return fail(
      'assertion_rejected',
      `${because}, the user token is expired, revoked or not for this app; ask the user to log on again.`,
    );
  }
  return fail(
    'token_request_rejected',
    `${because}; check the grant types and dependencies of the application in the tenant.`,
  );
}

/** Returns an `error` only in the registered format, so that no other part of a hostile response reaches a log. */
function oauthErrorOf(body: string): string | undefined {
  return /"error"\s*:\s*"([a-z_]{1,64})"/.exec(body)?.[1];
}

/**
 * Reads a `Retry-After` header (RFC 9110 §10.2.3): seconds, or an HTTP date.
 *
 * @param now ms since the epoch
 * @returns milliseconds to wait, at most a day; `undefined` if the header is missing or invalid
 */
export function parseRetryAfter(value: unknown, now: number): number | undefined {
  if (typeof value !== 'string') return undefined;
  if (/^\d{1,9}$/.test(value.trim())) return Math.min(Number(value), MAX_RETRY_AFTER_SECONDS) * 1_000;
  const date = /^[A-Z][a-z]{2}, /.test(value) ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(date)) return undefined;
  return Math.min(Math.max(0, date - now), MAX_RETRY_AFTER_SECONDS * 1_000);
}
