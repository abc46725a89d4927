import { TokenRequestError } from '../errors/ias-error.js';
import { classifyTransportFailure } from '../net/transport-failure.js';

/** Turns whatever the HTTP client threw into an error that carries neither request nor key. */
export function transportFailure(tenant: string, error: unknown): TokenRequestError {
  const { reason, detail } = classifyTransportFailure(error);
  const from = `No access token from ${tenant}:`;
  switch (reason) {
    case 'timeout':
      return new TokenRequestError(
        'token_endpoint_timeout',
        `${from} no complete answer in time; try again later.`,
      );
    case 'untrusted':
      return new TokenRequestError(
        'token_endpoint_untrusted',
        `${from} its server certificate is not trusted (${detail}); check "url" of the binding, or name the authority in IAS_CA_FILE.`,
      );
    case 'misnamed':
      return new TokenRequestError(
        'token_endpoint_untrusted',
        `${from} the subjectAltName of its server certificate does not name this host (${detail}); check "url" of the binding.`,
      );
    case 'certificate-refused':
      return new TokenRequestError(
        'client_rejected',
        `${from} it refused the client certificate (${detail}); bind the service again to get a new one.`,
      );
    case 'too-large':
      return new TokenRequestError(
        'token_response_too_large',
        `${from} the answer is larger than 64 KiB; check "url" of the binding.`,
      );
    case 'malformed':
      return new TokenRequestError(
        'token_response_malformed',
        `${from} the answer is not HTTP (${detail}); check "url" of the binding.`,
      );
    case 'unreachable':
      return new TokenRequestError(
        'token_endpoint_unreachable',
        `${from} no connection (${detail}); check the network of the app and the state of the tenant.`,
      );
  }
}

/**
 * An answer with a status other than 2xx (RFC 6749 §5.2).
 *
 * @param retryAfter milliseconds the tenant asked to wait
 */
export function statusFailure(
  tenant: string,
  status: number,
  body: string,
  retryAfter?: number,
): TokenRequestError {
  const answered = `No access token from ${tenant}: it answered ${status}`;
  if (status === 429) {
    return new TokenRequestError(
      'token_endpoint_overloaded',
      `${answered}, too many requests; try again later.`,
      retryAfter,
    );
  }
  if (status >= 500 || status === 408) {
    return new TokenRequestError('token_endpoint_unavailable', `${answered}; try again later.`, retryAfter);
  }
  if (status >= 300 && status < 400) {
    return new TokenRequestError(
      'token_endpoint_redirected',
      `${answered}, a redirect, which is not followed with a client certificate; check "url" of the binding.`,
    );
  }
  const error = oauthErrorOf(body);
  const because = error === undefined ? answered : `${answered} ${error}`;
  if (error === 'invalid_client' || status === 401) {
    return new TokenRequestError(
      'client_rejected',
      `${because}: client or certificate is not accepted; bind the service again to get a new certificate and restage the app.`,
    );
  }
  if (error === 'invalid_grant') {
    return new TokenRequestError(
      'assertion_rejected',
      `${because}: the user token is expired, revoked or not meant for this app; let the user log on again.`,
    );
  }
  return new TokenRequestError(
    'token_request_rejected',
    `${because}: check the grant types and dependencies of the application in the tenant.`,
  );
}

/** Only the registered form of an `error` is repeated: nothing else of a hostile answer reaches a log. */
function oauthErrorOf(body: string): string | undefined {
  return /"error"\s*:\s*"([a-z_]{1,64})"/.exec(body)?.[1];
}
