import { AUTHORIZATION_BAD_REQUESTS } from './authorization-bad-requests.js';
import { type BadRequest, type BadToken, requestWith } from './bad-request.js';
import { CLAIMS_BAD_TOKENS } from './claims-bad-tokens.js';
import { DATE_BAD_TOKENS } from './date-bad-tokens.js';
import { HOST_BAD_REQUESTS } from './host-bad-requests.js';
import { POSSESSION_BAD_REQUESTS } from './possession-bad-requests.js';
import { SIGNATURE_BAD_TOKENS } from './signature-bad-tokens.js';
import { TOKEN_HEADER_BAD_TOKENS } from './token-header-bad-tokens.js';
import { TOKEN_SHAPE_BAD_TOKENS } from './token-shape-bad-tokens.js';

/** Tokens that an app must reject, each for a different cause; a token is the value after `Bearer`. */
export const BAD_TOKENS: readonly BadToken[] = [
  ...TOKEN_SHAPE_BAD_TOKENS,
  ...TOKEN_HEADER_BAD_TOKENS,
  ...DATE_BAD_TOKENS,
  ...CLAIMS_BAD_TOKENS,
  ...SIGNATURE_BAD_TOKENS,
];

/** Requests that an app must reject: with {@link BAD_TOKENS}, with wrong credentials, and with a stolen token. */
export const BAD_REQUESTS: readonly BadRequest[] = [
  ...AUTHORIZATION_BAD_REQUESTS,
  ...BAD_TOKENS.map(requestWith),
  ...POSSESSION_BAD_REQUESTS,
  ...HOST_BAD_REQUESTS,
];
