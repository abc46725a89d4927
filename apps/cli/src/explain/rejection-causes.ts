import type { RejectionCode } from 'nest-ias/internal';

/** Why the guard rejects a request, how to see that, and what to do: usually at the caller. */
interface RejectionCause {
  readonly cause: string;
  readonly evidence: string;
  readonly remedy: string;
}

const INSPECT = 'ias inspect shows the header and the claims of the token, or says that it is not a JWT.';
const VERIFY = 'ias verify checks the token as the guard does.';
const NEW_TOKEN = 'Fetch a new token, and send it as the token endpoint returned it.';
const RETRY =
  'Repeat the request after the time in Retry-After. If the problem persists, check that the app reaches the tenant.';

/** An explanation for each code of the guard. */
export const REJECTION_CAUSES: Readonly<Record<RejectionCode, RejectionCause>> = {
  headers_too_many: {
    cause: 'The request has a thousand headers or more, and Node.js drops the rest.',
    evidence: 'Count the headers that the client sends, for example with curl -v.',
    remedy: 'Look for a client or proxy that adds headers in a loop.',
  },
  credentials_missing: {
    cause: 'The request has no Authorization header, or one with a scheme other than Bearer.',
    evidence: 'curl -v shows the request. If it has the header, something between caller and app removes it.',
    remedy: 'Send "Authorization: Bearer <access token>". Check that no proxy removes the header.',
  },
  authorization_repeated: {
    cause: 'The request has several Authorization headers. A proxy may have added one.',
    evidence: 'Compare the headers that the client sends with those that arrive behind the proxy.',
    remedy: 'Send one Authorization header.',
  },
  authorization_malformed: {
    cause:
      'The Authorization header is not Bearer and one value. The token may be missing, or contain a line break.',
    evidence: 'curl -v shows the header of the caller.',
    remedy: 'Send "Authorization: Bearer <access token>" without quotes and line breaks.',
  },
  token_too_large: {
    cause: 'The access token has more than 8192 characters.',
    evidence: 'The length of the token, for example: ias token | wc -c',
    remedy: 'Reduce the claims of the token, for example the groups of the user.',
  },
  token_malformed: {
    cause:
      'The value is not a JWT, for example an opaque or a truncated token, or a claim has the wrong type.',
    evidence: INSPECT,
    remedy: 'Inspect the token with ias inspect. For the grant jwt-bearer, request token_format=jwt.',
  },
  token_header_refused: {
    cause:
      'The header of the token contains crit, which requires extensions that the guard does not support.',
    evidence: INSPECT,
    remedy: 'Send an access token of IAS, not one of another issuer.',
  },
  token_algorithm_refused: {
    cause: 'The token is signed with an algorithm that the app does not accept.',
    evidence: INSPECT,
    remedy: 'Send an access token of IAS (RS256), or extend the option algorithms of the app.',
  },
  token_type_refused: {
    cause: 'The token is not an access token, for example a logout token.',
    evidence: INSPECT,
    remedy: 'Send the access_token of the token response.',
  },
  token_issuer_untrusted: {
    cause:
      'The token comes from another tenant than the one the app is bound to, or from a custom domain without ias_iss.',
    evidence: 'ias inspect shows iss and ias_iss of the token, and url of the binding of the app.',
    remedy:
      'Fetch the token from the tenant of the app, or add the issuer to IAS_TRUSTED_ISSUERS of the app.',
  },
  token_audience_mismatch: {
    cause: 'The token is for another application: aud is not the client id of the app.',
    evidence: 'ias inspect shows aud of the token, and clientid of the binding of the app.',
    remedy:
      'Bind both apps to the same instance, or request the token with resource=urn:sap:identity:application:provider:name:<dependency>.',
  },
  token_audience_ambiguous: {
    cause:
      'The token has several audiences and is not bound to a certificate, so each audience could use it to call the others.',
    evidence: 'ias inspect shows aud and cnf of the token.',
    remedy: 'Fetch the token with a client certificate and for one resource.',
  },
  token_expired: {
    cause: 'exp of the token is in the past, or the clock of the app is wrong.',
    evidence: 'ias inspect shows exp of the token. ias doctor, line "clock", compares the clocks.',
    remedy: NEW_TOKEN,
  },
  token_not_yet_valid: {
    cause:
      'iat or nbf of the token is in the future: the clocks of tenant and app differ by more than clockTolerance.',
    evidence: 'ias inspect shows iat and nbf of the token. ias doctor, line "clock", compares the clocks.',
    remedy: 'Correct the clock of the machine. ias doctor measures the difference.',
  },
  token_key_unknown: {
    cause:
      'The issuer publishes no key with the kid of the token: the key was withdrawn, or the token is not from this issuer.',
    evidence: VERIFY,
    remedy: NEW_TOKEN,
  },
  token_signature_invalid: {
    cause: 'The token was altered, truncated or forged.',
    evidence: VERIFY,
    remedy: NEW_TOKEN,
  },
  token_refused_by_tenant: {
    cause:
      'The tenant says that the app should not accept tokens of this caller, for example because the dependency was removed.',
    evidence: 'ias verify asks the tenant as the guard does, and shows its answer.',
    remedy: 'Check the dependencies of the calling application in the administration console of the tenant.',
  },
  token_refused: {
    cause: '@sap/xssec rejects the token, or the guard failed.',
    evidence:
      'The log entry ias.request_rejected of the app has a detail. ias verify shows the verdict on the token.',
    remedy: 'Look at the log of the app, which says why.',
  },
  proof_required: {
    cause:
      'The token is not bound to a certificate, and the app requires it (IAS_PROOF_OF_POSSESSION=required).',
    evidence: 'ias inspect says whether the token is bound to a certificate (cnf).',
    remedy:
      'Fetch the token with a client certificate: bind the calling app with credential-type X509_GENERATED.',
  },
  proof_unsupported: {
    cause: 'The token is bound to something other than a certificate (cnf without x5t#S256).',
    evidence: 'ias inspect shows cnf of the token.',
    remedy: 'Fetch the token with a client certificate.',
  },
  proof_missing: {
    cause:
      'The token is bound to a certificate, but the request came without it: over a host without ".cert.", without a client certificate, or through a proxy that drops x-forwarded-client-cert.',
    evidence:
      'The log entry ias.request_rejected of the app names the called host and what is missing. ias doctor --target URL tries it.',
    remedy: 'Call the app on its ".cert." host, and present the certificate that the token was fetched with.',
  },
  proof_mismatch: {
    cause: 'The caller presented a certificate that the token is not bound to, for example after a rotation.',
    evidence: 'ias inspect TOKEN --certificate FILE compares cnf of the token with a certificate.',
    remedy: 'Fetch a new token after each change of the certificate, and use both together.',
  },
  proof_expired: {
    cause:
      'The client certificate has expired or is not valid yet, and the app rejects that (rejectExpiredCertificates).',
    evidence: 'ias inspect shows the dates of the certificate.',
    remedy: 'Bind the calling app again to get a new certificate.',
  },
  api_missing: {
    cause: 'ias_apis of the token lacks the API that the route requires (@RequireApi).',
    evidence: 'ias inspect shows ias_apis of the token.',
    remedy:
      'Grant the API to the dependency of the calling application in the tenant, and request the token for it.',
  },
  caller_not_allowed: {
    cause: 'azp of the token is not in @AllowCallers or allowedCallers of the app.',
    evidence: 'ias inspect shows azp of the token.',
    remedy: 'Add the client id of the calling application to that list.',
  },
  technical_user_required: {
    cause: 'The token is for a user, but the route is for applications only (@TechnicalUserOnly).',
    evidence: 'ias inspect shows sap_id_type of the token.',
    remedy: 'Call it with a token of the application itself (client credentials).',
  },
  keys_unavailable: {
    cause: 'The app could not fetch the keys of the token issuer.',
    evidence:
      'The log of the app says why the keys could not be fetched. ias doctor --role receiver tries it.',
    remedy: RETRY,
  },
  issuer_unresolved: {
    cause: 'The issuerResolver of the app failed, took more than five seconds, or was called too often.',
    evidence: 'The log of the app says how the issuerResolver failed.',
    remedy: 'Look at the log of the app, and repeat the request later.',
  },
  verdict_unavailable: {
    cause: 'The app could not ask the tenant whether it accepts the token.',
    evidence:
      'The log of the app, at level debug, says why. ias doctor --role receiver tries to reach the tenant.',
    remedy: RETRY,
  },
};
