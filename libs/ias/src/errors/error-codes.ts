import project from '../../../../project.json' with { type: 'json' };

/**
 * How a call to another system failed. An app answers its own caller with 503 for `unavailable` (unreachable, overloaded,
 * cooling down), 504 for `timeout`, and 502 for `refused` (a refusal, or an unusable response).
 */
export type FailureKind = 'unavailable' | 'timeout' | 'refused';

/** The meaning of an error code, for logs, documentation and tools. */
interface ErrorDescription {
  readonly meaning: string;
  readonly remedy: string;
}

interface FailureDescription extends ErrorDescription {
  readonly kind: FailureKind;
}

const describeErrors = <Code extends string>(table: Readonly<Record<Code, ErrorDescription>>) => table;
const describeFailures = <Code extends string>(table: Readonly<Record<Code, FailureDescription>>) => table;

// The four tables are the source of the types of codes, of `ias explain` and of docs/reference/errors.md.

export const BINDING_ERRORS = describeErrors({
  binding_missing: {
    meaning: 'No instance of the identity service is bound, or none has the name in IAS_SERVICE_NAME.',
    remedy: 'Bind an instance, or correct the name.',
  },
  binding_unreadable: {
    meaning: 'The source of the binding cannot be read, or is not JSON.',
    remedy: 'Check the path, its permissions and its content.',
  },
  binding_ambiguous: {
    meaning: 'Several instances are bound, but the app fetches tokens with one.',
    remedy: 'Set IAS_SERVICE_NAME.',
  },
  binding_invalid: {
    meaning: 'A property is missing or invalid.',
    remedy: 'Create the binding again and restage the app.',
  },
  binding_certificate_invalid: {
    meaning: 'Certificate or key cannot be read, do not match, or are too weak for TLS.',
    remedy: 'Create the binding again, or correct the files of your own key and certificate.',
  },
  binding_certificate_expired: {
    meaning: 'The certificate is expired or not yet valid (only in apps that fetch tokens).',
    remedy:
      'Bind the instance again to get a new certificate and restage the app, or renew your own certificate.',
  },
  binding_cannot_fetch_tokens: {
    meaning: 'The binding contains no credential for token requests.',
    remedy:
      'Create the binding with credential-type X509_GENERATED, or provide your own key and certificate.',
  },
});

export const CONFIGURATION_ERRORS = describeErrors({
  configuration_invalid: {
    meaning: 'An option or environment variable has an invalid value.',
    remedy: 'Correct the value that the message names.',
  },
  module_missing: {
    meaning: 'A guard or client of nest-ias is in a module that cannot access IasModule.',
    remedy: 'Import IasModule.forRoot({ isGlobal: true }) in the root module of the app.',
  },
  guard_missing: {
    meaning: 'Routes that check or inject their caller run without IasAuthGuard.',
    remedy: 'Register the guard, mark the routes @Public(), or set the option allowUnguarded.',
  },
});

export const TOKEN_REQUEST_ERRORS = describeFailures({
  token_endpoint_unreachable: {
    kind: 'unavailable',
    meaning: 'The connection failed or was interrupted.',
    remedy: 'Check the network of the app and the state of the tenant.',
  },
  token_endpoint_overloaded: {
    kind: 'unavailable',
    meaning: 'The tenant answered 429; retryAfter is the time in milliseconds that it asked to wait.',
    remedy:
      'Wait: the app repeats the request. If the problem persists, look for an app that fetches a token for each request.',
  },
  token_endpoint_unavailable: {
    kind: 'unavailable',
    meaning: 'The tenant answered 408 or 5xx.',
    remedy: 'Wait: the app repeats the request. If the problem persists, check the state of the tenant.',
  },
  token_endpoint_circuit_open: {
    kind: 'unavailable',
    meaning: 'The tenant failed ten times in a row; the next request is sent after five seconds.',
    remedy: 'Check the state of the tenant.',
  },
  client_cooling_down: {
    kind: 'unavailable',
    meaning:
      'The tenant refused this client; the next request is sent after 15 minutes, or with a new certificate.',
    remedy: 'Bind the instance again to get a new certificate.',
  },
  token_endpoint_timeout: {
    kind: 'timeout',
    meaning: 'The complete response did not arrive within the time-out (10 s, tokenRequestTimeout).',
    remedy: 'Check the network between app and tenant, and the state of the tenant.',
  },
  token_endpoint_untrusted: {
    kind: 'refused',
    meaning: "The server's certificate is not from a trusted authority, or is for another host.",
    remedy: 'Check url in the binding, or add the authority to IAS_CA_FILE.',
  },
  token_endpoint_redirected: {
    kind: 'refused',
    meaning: 'The tenant answered 3xx; the client certificate is never sent to another address.',
    remedy: 'Check url in the binding.',
  },
  client_rejected: {
    kind: 'refused',
    meaning: 'The tenant does not accept the client or its certificate.',
    remedy: 'Bind the instance again to get a new certificate and restage the app.',
  },
  assertion_rejected: {
    kind: 'refused',
    meaning: 'The tenant does not accept the user token to exchange.',
    remedy: 'Ask the user to log on again.',
  },
  token_request_rejected: {
    kind: 'refused',
    meaning: 'The tenant refused for another reason.',
    remedy: 'Check grant types and dependencies of the application in the tenant.',
  },
  token_response_too_large: {
    kind: 'refused',
    meaning: 'The response is larger than 64 KiB.',
    remedy: 'Check url in the binding.',
  },
  token_response_malformed: {
    kind: 'refused',
    meaning: 'The response is not the JSON of RFC 6749 §5.1.',
    remedy: 'Check url in the binding.',
  },
  token_type_unsupported: {
    kind: 'refused',
    meaning: 'The token type is not Bearer.',
    remedy: 'Check url in the binding.',
  },
  token_not_bound: {
    kind: 'refused',
    meaning: 'The token is bound to another certificate, or (with requireBoundTokens) to none.',
    remedy: 'Look for a proxy that presents its own certificate.',
  },
  token_request_aborted: {
    kind: 'refused',
    meaning: "The caller's signal aborted the wait.",
    remedy: 'None: the caller gave up.',
  },
});

export const DOWNSTREAM_ERRORS = describeFailures({
  downstream_unreachable: {
    kind: 'unavailable',
    meaning: 'The connection failed or was interrupted, or the router found no running instance.',
    remedy: 'Check the URL, that the app runs, and its route.',
  },
  downstream_overloaded: {
    kind: 'unavailable',
    meaning: 'The app answered 429 or 503.',
    remedy:
      'Try again later. If the problem persists, look at the load of the called app and start more instances.',
  },
  downstream_timeout: {
    kind: 'timeout',
    meaning: 'The complete response did not arrive in time, or the app answered 504.',
    remedy: 'Look at the logs of the called app.',
  },
  downstream_untrusted: {
    kind: 'refused',
    meaning: "The server's certificate is not from a trusted authority, or is for another host.",
    remedy: 'Check the URL, or add the authority to IAS_CA_FILE.',
  },
  downstream_rejected: {
    kind: 'refused',
    meaning:
      'The app answered 401 (also after one repetition with a new token) or 403, or refused the client certificate.',
    remedy:
      'For 401, check that both apps are bound to the same instance; for 403, check resource and ias_apis. problemCode says more.',
  },
  downstream_failed: {
    kind: 'refused',
    meaning: 'The app answered another status than 2xx.',
    remedy: 'Look at the logs of the called app.',
  },
  downstream_malformed: {
    kind: 'refused',
    meaning: 'The response is unusable: too large, not HTTP, or in an unknown encoding.',
    remedy: 'Check the URL.',
  },
  downstream_aborted: {
    kind: 'refused',
    meaning: "The caller's signal aborted the call.",
    remedy: 'None if that was intended; otherwise check what aborts the signal.',
  },
  downstream_request_invalid: {
    kind: 'refused',
    meaning:
      'The request cannot be sent: its method, path, header or body is not valid HTTP, or the stream of its body failed.',
    remedy: 'Correct the call in this app.',
  },
  downstream_forbidden_target: {
    kind: 'refused',
    meaning: 'The request is for an origin that the client was not created for.',
    remedy: 'Register a client for that origin.',
  },
});

export type BindingErrorCode = keyof typeof BINDING_ERRORS;
export type ConfigurationErrorCode = keyof typeof CONFIGURATION_ERRORS;
export type TokenRequestErrorCode = keyof typeof TOKEN_REQUEST_ERRORS;
export type DownstreamErrorCode = keyof typeof DOWNSTREAM_ERRORS;

/**
 * The address of the documentation of a stable code: why it appears, how to see it, and what to do. It is the `type` of
 * problem details (RFC 9457 §3.1.1).
 *
 * @param code code of an error, of a rejection or of problem details of the apps of this repository
 */
export function documentationUrl(code: string): string {
  return `${project.documentation}/reference/errors.md#${code}`;
}
