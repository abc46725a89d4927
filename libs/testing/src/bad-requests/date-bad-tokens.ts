import type { BadToken } from './bad-request.js';
import { malformed, withClaims, withText } from './invalid-claims.js';

const now = () => Math.floor(Date.now() / 1_000);

/** Tokens with a valid signature and invalid dates. */
export const DATE_BAD_TOKENS: readonly BadToken[] = [
  withClaims('expired a minute ago', 'token_expired', () => ({ exp: now() - 60 })),
  withClaims('expired in 1970', 'token_expired', () => ({ exp: 0 })),
  withClaims('not valid for another minute', 'token_not_yet_valid', () => ({ nbf: now() + 60 })),
  withClaims('issued in a minute', 'token_not_yet_valid', () => ({ iat: now() + 60 })),
  withClaims('times in milliseconds', 'token_malformed', () => ({ exp: Date.now() })),
  withText('exp twice, the last one in the past', 'token_expired', '"exp":1'),
  withText('exp beyond the largest number', 'token_malformed', '"exp":1e999'),
  malformed('no exp', { exp: undefined }),
  malformed('exp as text', { exp: '9999999999' }),
  malformed('exp null', { exp: null }),
  malformed('exp true', { exp: true }),
  malformed('exp as an array', { exp: [9_999_999_999] }),
  malformed('exp as an object', { exp: { $gt: 0 } }),
  malformed('exp after the year 9999', { exp: 253_402_300_800 }),
  malformed('exp as the largest number', { exp: Number.MAX_VALUE }),
  withText('exp minus zero', 'token_expired', '"exp":-0'),
  withClaims('not valid for thousands of years', 'token_not_yet_valid', () => ({ nbf: 253_402_300_799 })),
  withText('nbf twice, the last one in the future', 'token_not_yet_valid', '"nbf":1,"nbf":253402300799'),
  withClaims('nbf after exp', 'token_not_yet_valid', () => ({ nbf: now() + 900 })),
  malformed('a negative exp', { exp: -1 }),
  malformed('nbf as text', { nbf: '0' }),
  malformed('nbf null', { nbf: null }),
  malformed('a negative nbf', { nbf: -1 }),
  malformed('iat as an object', { iat: {} }),
  malformed('iat as a date', { iat: '2025-01-01T00:00:00Z' }),
  malformed('iat false', { iat: false }),
];
