import { DownstreamError } from '../errors/ias-error.js';
import { classifyTransportFailure } from '../net/transport-failure.js';

/** Set by the Cloud Foundry router where it, and not the app, gives the answer. */
const ROUTER_ERROR_HEADER = 'x-cf-routererror';

/** Turns whatever the HTTP client threw into an error that carries neither request nor token nor key. */
export function downstreamTransportFailure(target: string, error: unknown): DownstreamError {
  const { reason, detail } = classifyTransportFailure(error);
  const call = `The call to ${target} failed:`;
  switch (reason) {
    case 'timeout':
      return new DownstreamError(
        'downstream_timeout',
        `${call} no complete answer in time; look at the logs of that app.`,
      );
    case 'untrusted':
      return new DownstreamError(
        'downstream_untrusted',
        `${call} its server certificate is not trusted (${detail}); check the URL, or name the authority in IAS_CA_FILE.`,
      );
    case 'misnamed':
      return new DownstreamError(
        'downstream_untrusted',
        `${call} the subjectAltName of its server certificate does not name this host (${detail}); check the URL.`,
      );
    case 'certificate-refused':
      return new DownstreamError(
        'downstream_rejected',
        `${call} it refused our client certificate (${detail}); bind the service again to get a new one.`,
      );
    case 'too-large':
    case 'malformed':
      return new DownstreamError(
        'downstream_malformed',
        `${call} its answer cannot be used (${detail}); check the URL.`,
      );
    case 'unreachable':
      return new DownstreamError(
        'downstream_unreachable',
        `${call} no connection (${detail}); check the URL and whether that app runs.`,
      );
  }
}

/** An answer with a status other than 2xx. Its body is not repeated: it may echo what we sent. */
export function downstreamStatusFailure(
  target: string,
  status: number,
  headers: Readonly<Record<string, unknown>>,
): DownstreamError {
  const answered = `The call to ${target} was answered with ${status}`;
  if (headers[ROUTER_ERROR_HEADER] !== undefined) {
    return new DownstreamError(
      'downstream_unreachable',
      `${answered} by the router; check that the app runs and its route is mapped.`,
      status,
    );
  }
  if (status === 429 || status === 503) {
    return new DownstreamError('downstream_overloaded', `${answered}; try again later.`, status);
  }
  if (status === 504)
    return new DownstreamError('downstream_timeout', `${answered}; look at the logs of that app.`, status);
  if (status === 401 || status === 403) {
    return new DownstreamError(
      'downstream_rejected',
      `${answered}: our token is not accepted; check that both apps are bound to the same instance, and the logs of that app.`,
      status,
    );
  }
  return new DownstreamError('downstream_failed', `${answered}; look at the logs of that app.`, status);
}
