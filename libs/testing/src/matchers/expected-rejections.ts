import type { RejectionCode } from 'nest-ias';

/** Status and Bearer challenge of a rejection (RFC 6750 §3.1). */
export interface ExpectedRejection {
  readonly status: 400 | 401 | 403 | 503;
  /** Error code of the challenge; undefined without credentials, or if the caller is not at fault. */
  readonly challenge?: 'invalid_request' | 'invalid_token' | 'insufficient_scope';
}

const MISSING: ExpectedRejection = { status: 401 };
const BAD_REQUEST: ExpectedRejection = { status: 400, challenge: 'invalid_request' };
const BAD_TOKEN: ExpectedRejection = { status: 401, challenge: 'invalid_token' };
const FORBIDDEN: ExpectedRejection = { status: 403, challenge: 'insufficient_scope' };
const UNAVAILABLE: ExpectedRejection = { status: 503 };

/** Deliberately not derived from the guard, so that a test fails when the guard changes. */
const EXPECTED: Readonly<Record<RejectionCode, ExpectedRejection>> = {
  headers_too_many: BAD_REQUEST,
  credentials_missing: MISSING,
  authorization_repeated: BAD_REQUEST,
  authorization_malformed: BAD_REQUEST,
  token_too_large: BAD_REQUEST,
  token_malformed: BAD_TOKEN,
  token_header_refused: BAD_TOKEN,
  token_algorithm_refused: BAD_TOKEN,
  token_type_refused: BAD_TOKEN,
  token_issuer_untrusted: BAD_TOKEN,
  token_audience_mismatch: BAD_TOKEN,
  token_audience_ambiguous: BAD_TOKEN,
  token_expired: BAD_TOKEN,
  token_not_yet_valid: BAD_TOKEN,
  token_key_unknown: BAD_TOKEN,
  token_signature_invalid: BAD_TOKEN,
  token_refused_by_tenant: BAD_TOKEN,
  token_refused: BAD_TOKEN,
  proof_required: BAD_TOKEN,
  proof_unsupported: BAD_TOKEN,
  proof_missing: BAD_TOKEN,
  proof_mismatch: BAD_TOKEN,
  proof_expired: BAD_TOKEN,
  api_missing: FORBIDDEN,
  caller_not_allowed: FORBIDDEN,
  technical_user_required: FORBIDDEN,
  keys_unavailable: UNAVAILABLE,
  issuer_unresolved: UNAVAILABLE,
  verdict_unavailable: UNAVAILABLE,
};

/** All codes with which the guard rejects a request. */
export const REJECTION_CODES = Object.keys(EXPECTED) as RejectionCode[];

/** Returns the expected answer to a rejected request. */
export function expectedRejection(code: RejectionCode): ExpectedRejection {
  return EXPECTED[code];
}
