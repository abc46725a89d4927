import { AuthenticationException } from '../authentication-exception.js';

/** Characters of the longest token that is looked at; a router in front allows 64 KB of headers in all. */
const MAX_TOKEN_CHARACTERS = 8_192;

/** `auth-scheme` of RFC 9110 §11.1. */
const SCHEME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const SEPARATORS = [' ', '\t', ','];

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
  const blank = value.indexOf(' ');
  const scheme = blank === -1 ? value : value.slice(0, blank);
  if (scheme.toLowerCase() !== 'bearer') {
    throw new AuthenticationException(
      SCHEME.test(scheme) ? 'credentials_missing' : 'authorization_malformed',
    );
  }
  const token = blank === -1 ? '' : value.slice(blank).replace(/^ +/, '');
  if (token.length > MAX_TOKEN_CHARACTERS) throw new AuthenticationException('token_too_large');
  if (token === '' || SEPARATORS.some((separator) => token.includes(separator))) {
    throw new AuthenticationException('authorization_malformed');
  }
  return token;
}
