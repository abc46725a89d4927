import type { ReceivedRequest } from '../received-request.js';
import { AuthenticationException } from '../authentication-exception.js';

/** Names and values that Node.js reads by default (`server.maxHeadersCount`). It silently drops those that follow. */
const MAX_ENTRIES = 2_000;

/** The routers of Cloud Foundry allow 64 KB for all headers. */
const MAX_TOKEN_CHARACTERS = 8_192;

/** `auth-scheme` of RFC 9110 §11.1. */
const SCHEME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const SEPARATORS = [' ', '\t', ','];

/**
 * Step 1: the request has one `Authorization` header, with `Bearer` and one value (RFC 6750 §2.1).
 *
 * @returns the value, whatever it is
 * @throws {AuthenticationException} `headers_too_many`: a repeated header could be among those that Node.js dropped
 * @throws {AuthenticationException} `credentials_missing`, `authorization_repeated`, `authorization_malformed`,
 *   `token_too_large`
 */
export function readCredentials({ headerEntries, authorization }: ReceivedRequest): string {
  if (headerEntries >= MAX_ENTRIES) throw new AuthenticationException('headers_too_many');
  return parseBearerCredentials(authorization);
}

/**
 * Reads the one value after `Bearer`.
 *
 * @param values every value of the Authorization header
 * @throws {AuthenticationException} `credentials_missing`: no credentials, or another scheme
 * @throws {AuthenticationException} `authorization_repeated`, `authorization_malformed`, `token_too_large`
 */
export function parseBearerCredentials(values: readonly string[]): string {
  if (values.length > 1) throw new AuthenticationException('authorization_repeated');
  const [value] = values;
  if (!value) throw new AuthenticationException('credentials_missing');
  const blank = value.indexOf(' ');
  const scheme = blank === -1 ? value : value.slice(0, blank);
  if (scheme.toLowerCase() !== 'bearer') {
    throw new AuthenticationException(
      SCHEME.test(scheme) ? 'credentials_missing' : 'authorization_malformed',
    );
  }
  let start = scheme.length;
  while (value[start] === ' ') start += 1;
  const token = value.slice(start);
  if (token.length > MAX_TOKEN_CHARACTERS) throw new AuthenticationException('token_too_large');
  if (token === '' || SEPARATORS.some((separator) => token.includes(separator))) {
    throw new AuthenticationException('authorization_malformed');
  }
  return token;
}
