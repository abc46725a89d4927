import { AuthenticationException } from '../answer/authentication.exception.js';

/** Characters of the longest token that is looked at; a router in front allows 64 KB of headers in all. */
const MAX_TOKEN_CHARACTERS = 8_192;

/** `auth-scheme` of RFC 9110 §11.1, then blanks, then the rest. */
const CREDENTIALS = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+)(?: +(.*))?$/;

/**
 * Reads the one value after `Bearer` (RFC 6750 §2.1), whatever it is.
 *
 * @param values every value of the Authorization header
 * @throws {AuthenticationException} `credentials_missing`: no credentials, or of another scheme
 * @throws {AuthenticationException} `authorization_repeated`, `authorization_malformed`, `token_too_large`
 */
export function parseBearerCredentials(values: readonly string[]): string {
  if (values.length > 1) throw new AuthenticationException('authorization_repeated');
  const [value = ''] = values;
  if (value === '') throw new AuthenticationException('credentials_missing');
  const [, scheme, token = ''] = CREDENTIALS.exec(value) ?? [];
  if (scheme === undefined) throw new AuthenticationException('authorization_malformed');
  if (scheme.toLowerCase() !== 'bearer') throw new AuthenticationException('credentials_missing');
  if (token.length > MAX_TOKEN_CHARACTERS) throw new AuthenticationException('token_too_large');
  if (token === '' || /[\s,]/.test(token)) throw new AuthenticationException('authorization_malformed');
  return token;
}
