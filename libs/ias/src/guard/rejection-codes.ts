/** How the guard answers a rejected request. */
export interface Rejection {
  readonly status: 400 | 401 | 403 | 503;
  /** Error code of the Bearer challenge (RFC 6750 §3.1); none without credentials, or if the fault is not the caller's. */
  readonly challenge?: 'invalid_request' | 'invalid_token' | 'insufficient_scope';
  /** One fixed sentence for the caller. It never repeats what the caller sent. */
  readonly detail: string;
}

const invalidToken = (detail: string) => ({ status: 401, challenge: 'invalid_token', detail }) as const;
const invalidRequest = (detail: string) => ({ status: 400, challenge: 'invalid_request', detail }) as const;
const insufficientScope = (detail: string) =>
  ({ status: 403, challenge: 'insufficient_scope', detail }) as const;
const unavailable = (detail: string) => ({ status: 503, detail }) as const;

/** Every reason for a rejection, by its stable code (docs/reference/guard.md). */
export const REJECTIONS = {
  headers_too_many: invalidRequest('The request has too many headers.'),
  credentials_missing: { status: 401, detail: 'This resource requires a Bearer access token.' },

  authorization_repeated: invalidRequest('The request has more than one Authorization header.'),
  authorization_malformed: invalidRequest('The Authorization header must contain Bearer and one token.'),
  token_too_large: invalidRequest('The access token is too large.'),

  token_malformed: invalidToken('The access token is not a valid JWT.'),
  token_header_refused: invalidToken('The access token has an unsupported header parameter.'),
  token_algorithm_refused: invalidToken('The signature algorithm of the access token is not accepted.'),
  token_type_refused: invalidToken('The token is not an access token.'),
  token_issuer_untrusted: invalidToken('The issuer of the access token is not trusted.'),
  token_audience_mismatch: invalidToken('The access token is for another application.'),
  token_audience_ambiguous: invalidToken(
    'The access token has several audiences and no proof of possession.',
  ),
  token_expired: invalidToken('The access token has expired.'),
  token_not_yet_valid: invalidToken('The access token is not valid yet.'),
  token_key_unknown: invalidToken('The access token is signed with a key that its issuer does not publish.'),
  token_signature_invalid: invalidToken('The access token signature is invalid.'),
  token_refused_by_tenant: invalidToken('The token issuer does not accept the access token.'),
  token_refused: invalidToken('The access token is not accepted.'),

  proof_required: invalidToken('The access token must be bound to a client certificate.'),
  proof_unsupported: invalidToken('The confirmation method of the access token is not supported.'),
  proof_missing: invalidToken(
    'The access token is bound to a client certificate, but the request has no trusted certificate.',
  ),
  proof_mismatch: invalidToken('The access token is bound to another client certificate.'),
  proof_expired: invalidToken('The client certificate has expired or is not valid yet.'),

  api_missing: insufficientScope('The access token does not grant the API that this resource requires.'),
  caller_not_allowed: insufficientScope('The calling application may not use this resource.'),
  technical_user_required: insufficientScope('This resource is for applications only, not for users.'),

  keys_unavailable: unavailable('The keys of the token issuer could not be fetched. Try again later.'),
  issuer_unresolved: unavailable('The token issuer could not be verified. Try again later.'),
  verdict_unavailable: unavailable('The token issuer could not confirm the access token. Try again later.'),
} as const satisfies Record<string, Rejection>;

/** Stable code of a rejection: `code` in the problem details, and in the log. */
export type RejectionCode = keyof typeof REJECTIONS;
