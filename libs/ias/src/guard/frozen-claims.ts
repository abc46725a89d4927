import { AuthenticationException } from './authentication-exception.js';

/** Claims have a few levels; thousands of them make `JSON.stringify` fail wherever an app writes claims out. */
const MAX_DEPTH = 32;

/**
 * Freezes the claims of a token, all the way down.
 *
 * @throws {AuthenticationException} `token_malformed`: nested too deep
 */
export function deepFreeze<Value>(value: Value, depth = 0): Value {
  if (typeof value === 'object' && value !== null) {
    if (depth > MAX_DEPTH) throw new AuthenticationException('token_malformed', 'claims are nested too deep');
    Object.values(value).forEach((inner) => deepFreeze(inner, depth + 1));
    Object.freeze(value);
  }
  return value;
}
