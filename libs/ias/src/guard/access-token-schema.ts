import { z } from 'zod';
import { AuthenticationException } from './authentication-exception.js';

/** The end of the year 9999, the latest moment in common date formats. */
const MAX_NUMERIC_DATE = 253_402_300_799;

/** Values that the guard puts into request headers and log lines: printable, no spaces, bounded. */
const identifier = z.string().regex(/^[\x21-\x7e]{1,255}$/);
const issuer = z.string().min(1).max(512);
const text = z.string().max(1_024);
const numericDate = z.number().min(0).max(MAX_NUMERIC_DATE);

/** JOSE header of an access token (RFC 7515 §4); the guard uses no other parameters. */
export const tokenHeaderSchema = z.looseObject({
  alg: z.string().max(32),
  kid: identifier,
  typ: z.string().max(64).optional(),
});

export type TokenHeader = z.infer<typeof tokenHeaderSchema>;

/** Claims of an access token of IAS (docs/reference/ias-facts.md#tokens). */
export const tokenClaimsSchema = z.looseObject({
  iss: issuer,
  ias_iss: issuer.optional(),
  sub: text.optional(),
  aud: z.union([text.min(1), z.array(text.min(1)).min(1).max(100)]),
  exp: numericDate,
  iat: numericDate.optional(),
  nbf: numericDate.optional(),
  jti: text.optional(),
  azp: identifier.optional(),
  app_tid: identifier.optional(),
  zone_uuid: identifier.optional(),
  azp_app_tid: identifier.optional(),
  sap_id_type: text.optional(),
  ias_apis: z.array(text).max(1_000).optional(),
});

/** Claims of the caller's verified access token, read-only, as IAS defines them (docs/reference/ias-facts.md#tokens). */
export type IasClaims = Readonly<z.infer<typeof tokenClaimsSchema>>;

/** Claims have a few levels. With thousands, `JSON.stringify` would fail in apps that write claims out. */
const MAX_DEPTH = 32;

/**
 * Freezes the claims of a token at all levels.
 *
 * @throws {AuthenticationException} `token_malformed`: too many levels
 */
export function deepFreeze<Value>(value: Value, depth = 0): Value {
  if (typeof value === 'object' && value !== null) {
    if (depth > MAX_DEPTH)
      throw new AuthenticationException('token_malformed', 'the claims have too many levels');
    Object.values(value).forEach((inner) => deepFreeze(inner, depth + 1));
    Object.freeze(value);
  }
  return value;
}
