import { DownstreamError } from '../errors/ias-error.js';
import { classifyTransportFailure } from '../net/transport-failure.js';

/** The Cloud Foundry router sets it if the router answers instead of the app. */
const ROUTER_ERROR_HEADER = 'x-cf-routererror';

/** Turns an error of the HTTP client into one that contains neither request, token nor key. */
export function downstreamTransportFailure(target: string, error: unknown): DownstreamError {
  const { reason, detail } = classifyTransportFailure(error);
  const call = `The call to ${target} failed:`;
  switch (reason) {
    case 'timeout':
      return new DownstreamError(
        'downstream_timeout',
        `${call} no complete response in time; check the logs of that app.`,
      );
    case 'untrusted':
      return new DownstreamError(
        'downstream_untrusted',
        `${call} its server certificate is not trusted (${detail}); check the URL, or add the authority to IAS_CA_FILE.`,
      );
    case 'misnamed':
      return new DownstreamError(
        'downstream_untrusted',
        `${call} the subjectAltName of its server certificate does not contain this host (${detail}); check the URL.`,
      );
    case 'certificate-refused':
      return new DownstreamError(
        'downstream_rejected',
        `${call} it rejected the client certificate (${detail}); bind the service again to get a new certificate.`,
      );
    case 'too-large':
    case 'malformed':
      return new DownstreamError(
        'downstream_malformed',
        `${call} its response is unusable (${detail}); check the URL.`,
      );
    case 'unreachable':
      return new DownstreamError(
        'downstream_unreachable',
        `${call} no connection (${detail}); check the URL and that the app runs.`,
      );
  }
}

/** The error for a status other than 2xx. It does not repeat the body, which can contain what the app sent. */
export function downstreamStatusFailure(
  target: string,
  status: number,
  headers: Readonly<Record<string, unknown>>,
): DownstreamError {
  const answered = `The call to ${target} failed: it answered ${status}`;
  if (headers[ROUTER_ERROR_HEADER] !== undefined) {
    return new DownstreamError(
      'downstream_unreachable',
      `The call to ${target} failed: the router answered ${status}; check that the app runs and that its route is mapped.`,
      status,
    );
  }
  if (status === 429 || status === 503) {
    return new DownstreamError('downstream_overloaded', `${answered}; try again later.`, status);
  }
  if (status === 504)
    return new DownstreamError('downstream_timeout', `${answered}; check the logs of that app.`, status);
  if (status === 401 || status === 403) {
    return new DownstreamError(
      'downstream_rejected',
      `${answered}, the token is not accepted; check that both apps are bound to the same instance, and the logs of that app.`,
      status,
    );
  }
  return new DownstreamError('downstream_failed', `${answered}; check the logs of that app.`, status);
}
