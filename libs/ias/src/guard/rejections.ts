/** How a rejected request is answered. */
export interface Rejection {
  readonly status: 400 | 401 | 403 | 503;
  /** Error code of the Bearer challenge (RFC 6750 §3.1); none where no credentials came, or the fault is ours. */
  readonly challenge?: 'invalid_request' | 'invalid_token' | 'insufficient_scope';
  /** One fixed sentence for the caller; nothing the caller sent is repeated. */
  readonly detail: string;
}

const invalidToken = (detail: string) => ({ status: 401, challenge: 'invalid_token', detail }) as const;
const invalidRequest = (detail: string) => ({ status: 400, challenge: 'invalid_request', detail }) as const;
const insufficientScope = (detail: string) =>
  ({ status: 403, challenge: 'insufficient_scope', detail }) as const;
const unavailable = (detail: string) => ({ status: 503, detail }) as const;

/** Every reason the guard rejects a request for, under its stable code (docs/reference/guard.md). */
export const REJECTIONS = {
  headers_too_many: invalidRequest('The request has too many headers.'),
  credentials_missing: { status: 401, detail: 'This resource needs an access token as Bearer credentials.' },

  authorization_repeated: invalidRequest('The Authorization header was sent more than once.'),
  authorization_malformed: invalidRequest('The Authorization header is not Bearer followed by one token.'),
  token_too_large: invalidRequest('The access token is too large.'),

  token_malformed: invalidToken('The access token is not a well-formed JWT.'),
  token_header_refused: invalidToken('The access token has a header parameter that is not supported.'),
  token_algorithm_refused: invalidToken('The access token is signed with an algorithm that is not accepted.'),
  token_type_refused: invalidToken('The token is not an access token.'),
  token_issuer_untrusted: invalidToken('The access token comes from an issuer that is not trusted.'),
  token_audience_mismatch: invalidToken('The access token is not meant for this application.'),
  token_audience_ambiguous: invalidToken(
    'The access token has several audiences and is not proven by a certificate.',
  ),
  token_expired: invalidToken('The access token has expired.'),
  token_not_yet_valid: invalidToken('The access token is not valid yet.'),
  token_key_unknown: invalidToken('The access token is signed with a key that its issuer does not publish.'),
  token_signature_invalid: invalidToken('The signature of the access token does not hold.'),
  token_refused_by_tenant: invalidToken('The issuer of the access token refuses it for this application.'),
  token_refused: invalidToken('The access token is not accepted.'),

  proof_required: invalidToken('The access token is not bound to a client certificate.'),
  proof_unsupported: invalidToken('The access token is bound in a way that cannot be proven here.'),
  proof_missing: invalidToken(
    'The access token is bound to a client certificate, and none came with the request.',
  ),
  proof_mismatch: invalidToken('The access token is bound to another client certificate.'),
  proof_expired: invalidToken(
    'The client certificate that the access token is bound to is not valid at this time.',
  ),

  api_missing: insufficientScope('The access token does not grant the API that this resource needs.'),
  caller_not_allowed: insufficientScope(
    'The application that got the access token may not use this resource.',
  ),
  technical_user_required: insufficientScope('This resource is for applications, not for users.'),

  keys_unavailable: unavailable('The keys to check the access token with cannot be fetched at the moment.'),
  issuer_unresolved: unavailable(
    'Whether the issuer of the access token is trusted cannot be found out at the moment.',
  ),
  verdict_unavailable: unavailable('The issuer of the access token cannot be asked about it at the moment.'),
} as const satisfies Record<string, Rejection>;

/** Stable code of a rejection: `code` in the problem details, and in the log. */
export type RejectionCode = keyof typeof REJECTIONS;
