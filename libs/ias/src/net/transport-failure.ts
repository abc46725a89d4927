/** Why no response arrived. */
type TransportFailureReason =
  'timeout' | 'untrusted' | 'misnamed' | 'certificate-refused' | 'too-large' | 'malformed' | 'unreachable';

export interface TransportFailure {
  readonly reason: TransportFailureReason;
  /** Code of Node.js or OpenSSL (`ECONNREFUSED`, `CERT_HAS_EXPIRED`), safe to log. */
  readonly detail: string;
}

const UNTRUSTED =
  /^(CERT_|ERR_TLS_CERT|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO_|INVALID_(CA|PURPOSE)|PATH_LENGTH|CRL_|ERROR_IN_C|HOSTNAME_MISMATCH)/;
/** The certificate is trusted, but its subjectAltName does not contain the host. */
const MISNAMED = 'ERR_TLS_CERT_ALTNAME_INVALID';
const CERTIFICATE_REFUSED = /^ERR_SSL_.*ALERT.*(CERTIFICATE|UNKNOWN_CA|ACCESS_DENIED)/;
/** Codes of the HTTP parser, zlib and Brotli, and of this package for other defects of a response. */
const MALFORMED =
  /^(HPE_|Z_|ERR_BROTLI|ERR__|UND_ERR_HEADERS_OVERFLOW$|ERR_(CONTENT_CODING|UPGRADE|RESPONSE_MALFORMED)$)/;
const TIMEOUT =
  /^(ERR_CANCELED|ECONNABORTED|ETIMEDOUT|ESOCKETTIMEDOUT|ABORT_ERR|UND_ERR_(CONNECT|HEADERS|BODY)_TIMEOUT)$/;
const TOO_LARGE = 'ERR_RESPONSE_TOO_LARGE';

/**
 * Classifies an error of axios, undici or Node.js by its code. Do not keep the error itself: it contains the request and the agent,
 * and with them the private key (docs/reference/ias-facts.md#xssec).
 */
export function classifyTransportFailure(error: unknown): TransportFailure {
  const { code, message } = readError(error);
  if (code === TOO_LARGE || message.startsWith('maxContentLength'))
    return { reason: 'too-large', detail: code };
  if (TIMEOUT.test(code)) return { reason: 'timeout', detail: code };
  if (code === MISNAMED) return { reason: 'misnamed', detail: code };
  if (UNTRUSTED.test(code)) return { reason: 'untrusted', detail: code };
  if (CERTIFICATE_REFUSED.test(code)) return { reason: 'certificate-refused', detail: code };
  if (MALFORMED.test(code)) return { reason: 'malformed', detail: code };
  return { reason: 'unreachable', detail: code };
}

function readError(error: unknown): { code: string; message: string } {
  if (typeof error !== 'object' || error === null) return { code: 'UNKNOWN', message: '' };
  const { code, message } = error as { code?: unknown; message?: unknown };
  const isCode = typeof code === 'string' && /^[A-Z0-9_]{1,80}$/.test(code);
  return { code: isCode ? code : 'UNKNOWN', message: typeof message === 'string' ? message : '' };
}

/**
 * A failure that this package found in a connection, request or response. `classifyTransportFailure` handles its
 * `code`.
 */
export class TransportError extends Error {
  override readonly name = 'TransportError';

  /** @param message free of tokens and secrets, because errors for operators repeat it */
  constructor(
    readonly code:
      | 'ABORT_ERR'
      | 'ERR_CONTENT_CODING'
      | 'ERR_REQUEST_BODY'
      | 'ERR_RESPONSE_MALFORMED'
      | 'ERR_RESPONSE_TOO_LARGE'
      | 'ERR_UPGRADE'
      | 'ETIMEDOUT',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

export function responseTooLarge(limit: number): TransportError {
  return new TransportError('ERR_RESPONSE_TOO_LARGE', `the response is larger than ${limit} bytes`);
}

/** After `101 Switching Protocols`, Node.js reports neither a response nor an error. */
export function switchedProtocol(): TransportError {
  return new TransportError('ERR_UPGRADE', 'the server switched to another protocol');
}
