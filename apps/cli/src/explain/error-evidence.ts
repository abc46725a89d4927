import type {
  BINDING_ERRORS,
  CONFIGURATION_ERRORS,
  DOWNSTREAM_ERRORS,
  TOKEN_REQUEST_ERRORS,
} from 'nest-ias/internal';

type Tables = typeof BINDING_ERRORS &
  typeof CONFIGURATION_ERRORS &
  typeof TOKEN_REQUEST_ERRORS &
  typeof DOWNSTREAM_ERRORS;

/** Names the line of the doctor that shows a fault of the binding or of the tenant. */
const doctorLine = (id: string, sentence: string) => `ias doctor, line "${id}": ${sentence}`;
const STATUS = 'ias doctor, line "token": it sends one token request and shows the answer of the tenant.';
const FREQUENCY = 'The metric ias.token.request.duration counts token requests by error.type.';
const CALLED =
  'The message names the status. problemCode names the reason, if the app sent one. Then look at the log of the called app.';
const CALLER = 'The message names the call. Look at the code of this app that makes it.';

/** How to see why an error of `nest-ias` appears, for each code. */
export const ERROR_EVIDENCE: Readonly<Record<keyof Tables, string>> = {
  binding_missing: doctorLine(
    'binding',
    'it lists the services that it found. On Cloud Foundry, cf services lists the bound apps.',
  ),
  binding_unreadable: doctorLine('binding', 'it names the source and what is wrong with its text.'),
  binding_ambiguous: doctorLine('binding', 'it lists the names of the bound instances.'),
  binding_invalid: doctorLine(
    'credentials',
    'it names the property. ias inspect lists all properties, without secrets.',
  ),
  binding_certificate_invalid: doctorLine(
    'certificate',
    'it shows which block cannot be read; line "key" shows whether the key belongs to the certificate.',
  ),
  binding_certificate_expired: doctorLine(
    'validity',
    'it shows when the certificate expires. ias inspect shows its dates.',
  ),
  binding_cannot_fetch_tokens: doctorLine(
    'credentials',
    'it shows the credential-type and what is missing for it.',
  ),
  configuration_invalid:
    'The message names the option or variable. ias doctor, line "environment", reads the variables as the app does.',
  module_missing:
    'The message names the guard or the client, and Nest names the module that it was starting.',
  guard_missing: 'The message lists the routes, as Controller.handler.',

  token_endpoint_unreachable: doctorLine(
    'tenant',
    'it resolves the name, connects with TCP and TLS, and names the step that fails.',
  ),
  token_endpoint_overloaded: FREQUENCY,
  token_endpoint_unavailable: STATUS,
  token_endpoint_circuit_open:
    'The log has the code of the failures before it: look that code up. The event circuit.opened says when it began.',
  client_cooling_down:
    'The log has client_rejected before it. ias doctor, line "token", shows whether the tenant still refuses.',
  token_endpoint_timeout: doctorLine('tenant', 'it shows whether the tenant is reachable at all.'),
  token_endpoint_untrusted: doctorLine(
    'tenant',
    'it names the code of OpenSSL and the issuer of the certificate.',
  ),
  token_endpoint_redirected: doctorLine('discovery', 'it shows whether the host is a tenant of IAS.'),
  client_rejected: STATUS,
  assertion_rejected:
    'ias inspect shows issuer, audience and expiry of the user token. ias doctor --on-behalf-of sends it once.',
  token_request_rejected: STATUS,
  token_response_too_large: doctorLine('discovery', 'it shows whether the host is a tenant of IAS.'),
  token_response_malformed: doctorLine(
    'discovery',
    'it shows whether the host is a tenant of IAS, or a proxy answers.',
  ),
  token_type_unsupported: doctorLine('discovery', 'it shows whether the host is a tenant of IAS.'),
  token_not_bound: doctorLine('confirmation', 'it compares cnf of the token with the certificate.'),
  token_request_aborted:
    'The code of this app passed an AbortSignal, or the HTTP client of its caller went away.',

  downstream_unreachable:
    'curl -v shows whether host and port answer. On Cloud Foundry, cf app and cf routes show state and routes of the called app.',
  downstream_overloaded: CALLED,
  downstream_timeout: CALLED,
  downstream_untrusted:
    'The message names the code of OpenSSL. openssl s_client -connect HOST:443 shows the certificate.',
  downstream_rejected:
    'The message repeats the code of the called app; ias doctor --target URL calls it with token and certificate, and explains the code.',
  downstream_failed: CALLED,
  downstream_malformed: 'ias curl URL shows the response of the called app.',
  downstream_aborted: CALLER,
  downstream_request_invalid: CALLER,
  downstream_forbidden_target: CALLER,
};
