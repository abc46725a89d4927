import type { IncomingHttpHeaders } from 'node:http';
import type { DownstreamErrorCode } from '../errors/error-codes.js';
import { DownstreamError } from '../errors/ias-error.js';
import { classifyTransportFailure, TransportError } from '../net/transport-failure.js';
import { parseRetryAfter } from '../token/token-endpoint-failure.js';
import { certificateHostOf } from './target-url.js';

/** The Cloud Foundry router sets it when it answers instead of the app. */
const ROUTER_ERROR_HEADER = 'x-cf-routererror';

/** Maximum number of characters that an error keeps of a body. */
export const MAX_BODY_LENGTH = 16_384;

/** Format of a code in problem details. No token matches it. */
const PROBLEM_CODE = /^[a-z][a-z0-9_]{0,63}$/;

/** Codes of undici and Node.js for a request that is not valid HTTP. */
const INVALID_REQUEST = /^(UND_ERR_(INVALID_ARG|NOT_SUPPORTED|REQ_CONTENT_LENGTH_MISMATCH)|ERR_INVALID_)/;

/** A response that the caller does not accept. */
interface RefusedResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** The body. */
  text(): string;
}

/** Turns an error of the HTTP client into one that contains neither request, token nor key. */
export function downstreamTransportFailure(target: URL, error: unknown): DownstreamError {
  const { reason, detail } = classifyTransportFailure(error);
  const call = `The call to ${target.origin} failed:`;
  if (error instanceof TransportError && error.code === 'ERR_REQUEST_BODY') return failedBody(target, error);
  if (INVALID_REQUEST.test(detail)) return invalidRequest(target, `${invalidPartOf(error)} (${detail})`);
  switch (reason) {
    case 'timeout': {
      const what =
        error instanceof TransportError ? error.message : `no complete response in time (${detail})`;
      return new DownstreamError('downstream_timeout', `${call} ${what}; check the logs of that app.`);
    }
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
        `${call} no connection, or an interrupted one (${detail}); check the URL and that the app runs.`,
      );
  }
}

/**
 * The request cannot be sent.
 *
 * @param what the part that is invalid and what to do; never its value
 */
export function invalidRequest(target: URL, what: string, options?: ErrorOptions): DownstreamError {
  const message = `The call to ${target.origin} was not sent: ${what}.`;
  return new DownstreamError('downstream_request_invalid', message, undefined, options);
}

/** Messages of undici name the part of the request, and for a header its name. */
function invalidPartOf(error: unknown): string {
  const message = error instanceof Error ? error.message : '';
  const correct = (part: string) => `${part} is not valid HTTP; correct it in the call`;
  if (/\bmethod\b/.test(message)) return correct('its method');
  if (/\bpath\b/.test(message)) return correct('its path');
  if (/content-length/i.test(message))
    return correct('its header content-length, or the length of its body,');
  if (/header/i.test(message)) return correct('one of its headers');
  return correct('its method, path, header or body');
}

function failedBody(target: URL, { cause }: TransportError): DownstreamError {
  const message = `The call to ${target.origin} was not completed: the stream that this app passed as its body failed or ended early; look at the cause of this error.`;
  return new DownstreamError('downstream_request_invalid', message, undefined, { cause });
}

/** The caller aborted the call. */
export function abortedCall(target: URL): DownstreamError {
  return new DownstreamError(
    'downstream_aborted',
    `The call to ${target.origin} was aborted by the signal that this app passed, before the complete response; if that was not intended, check what aborts the signal.`,
  );
}

/** The error for such a response. Its message does not repeat the body. */
export function downstreamStatusFailure(target: URL, response: RefusedResponse): DownstreamError {
  const { status, headers } = response;
  const problemCode = problemCodeOf(response);
  const [code, what] = explain(target, status, headers[ROUTER_ERROR_HEADER] !== undefined, problemCode);
  return new DownstreamError(code, `The call to ${target.origin} failed: ${what}`, {
    status,
    problemCode,
    body: response.text().slice(0, MAX_BODY_LENGTH),
    retryAfter: retryAfterOf(headers),
  });
}

/** A date is relative to the `Date` of the response, because both come from the same clock. */
function retryAfterOf({ 'retry-after': value, date = '' }: IncomingHttpHeaders): number | undefined {
  const milliseconds = parseRetryAfter(value, Date.parse(date));
  return Number.isNaN(milliseconds) ? undefined : milliseconds;
}

function explain(
  target: URL,
  status: number,
  isFromRouter: boolean,
  problemCode: string | undefined,
): readonly [DownstreamErrorCode, string] {
  const answered = `it answered ${status}${problemCode === undefined ? '' : ` ${problemCode}`}`;
  if (isFromRouter) {
    return [
      'downstream_unreachable',
      `the router answered ${status}; check that the app runs and that its route is mapped.`,
    ];
  }
  if (status === 429 || status === 503) return ['downstream_overloaded', `${answered}; try again later.`];
  if (status === 504) return ['downstream_timeout', `${answered}; check the logs of that app.`];
  if (problemCode === 'proof_missing') {
    return [
      'downstream_rejected',
      `${answered}, it received no client certificate; ${remedyForProof(target)}`,
    ];
  }
  if (status === 401) {
    return [
      'downstream_rejected',
      `${answered}, the token is not accepted; check that both apps are bound to the same instance, and the logs of that app.`,
    ];
  }
  if (status === 403) {
    return [
      'downstream_rejected',
      `${answered}, the token is accepted, but lacks a permission; check "resource" of this client and "ias_apis" of the token.`,
    ];
  }
  return ['downstream_failed', `${answered}; check the logs of that app.`];
}

/** Only a `.cert.` host passes the client certificate on (docs/reference/ias-facts.md#cloud-foundry). */
function remedyForProof(target: URL): string {
  const host = certificateHostOf(target);
  return host === undefined
    ? 'check IAS_TRUSTED_CERT_HOSTS of that app, and that its router passes the certificate on.'
    : `call it through its .cert. host, for example https://${host}.`;
}

function problemCodeOf(response: RefusedResponse): string | undefined {
  // Nest on Express can turn `application/problem+json` into `application/json`
  if (!/^application\/(problem\+)?json\b/i.test(response.headers['content-type'] ?? '')) return undefined;
  try {
    const code = (JSON.parse(response.text()) as { code?: unknown } | null)?.code;
    return typeof code === 'string' && PROBLEM_CODE.test(code) ? code : undefined;
  } catch {
    return undefined;
  }
}
