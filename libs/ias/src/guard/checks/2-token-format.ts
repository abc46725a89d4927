import { decodeCompactJws, MalformedJwtError } from '../../core/jwt.js';
import type { CompactJws } from '../../core/jwt.js';
import { tokenClaimsSchema, tokenHeaderSchema } from '../access-token-schema.js';
import type { IasClaims, TokenHeader } from '../access-token-schema.js';
import { AuthenticationException } from '../authentication-exception.js';

/** An access token with a valid format; nothing in it is verified yet. */
export interface ParsedToken {
  readonly jwt: string;
  readonly header: TokenHeader;
  readonly claims: IasClaims;
  readonly signingInput: string;
  readonly signature: Buffer;
}

/** RFC 7519 §5.1 and RFC 9068 §2.1; logout tokens and others have their own types. */
const ACCESS_TOKEN_TYPES: ReadonlySet<string> = new Set(['jwt', 'at+jwt', 'application/at+jwt']);

/**
 * Step 2: the token is a JWT whose header and claims have the right types, and it is an access token.
 *
 * ID tokens pass: IAS gives them the form of access tokens, and the application router forwards them to backends.
 *
 * @param jwt the value after `Bearer`, not validated yet
 * @throws {AuthenticationException} `token_malformed`, `token_header_refused`, `token_algorithm_refused`,
 *   `token_type_refused`
 */
export function parseToken(jwt: string, algorithms: readonly string[]): ParsedToken {
  const { header, payload, signingInput, signature } = decode(jwt);
  return {
    jwt,
    header: checkHeader(header, algorithms),
    claims: checkClaims(payload),
    signingInput,
    signature,
  };
}

function decode(jwt: string): CompactJws {
  try {
    return decodeCompactJws(jwt);
  } catch (error) {
    if (!(error instanceof MalformedJwtError)) throw error;
    throw new AuthenticationException('token_malformed', error.message);
  }
}

function checkHeader(decoded: unknown, algorithms: readonly string[]): TokenHeader {
  const { success, data: header } = tokenHeaderSchema.safeParse(decoded);
  if (!success)
    throw new AuthenticationException('token_malformed', 'the header has no usable "alg" or "kid"');
  // RFC 7515 §4.1.11: an unknown extension must be rejected, and the guard supports none.
  if ('crit' in header)
    throw new AuthenticationException('token_header_refused', 'the header contains "crit"');
  if (!algorithms.includes(header.alg)) throw new AuthenticationException('token_algorithm_refused');
  if (header.typ !== undefined && !ACCESS_TOKEN_TYPES.has(header.typ.toLowerCase())) {
    throw new AuthenticationException('token_type_refused');
  }
  return header;
}

function checkClaims(decoded: unknown): IasClaims {
  const { success } = tokenClaimsSchema.safeParse(decoded);
  if (!success)
    throw new AuthenticationException('token_malformed', 'a claim is missing or has the wrong type');
  // The parsed JSON itself, not the copy of the schema: xssec and the app see what was signed.
  const claims = decoded as IasClaims;
  // OpenID Connect Back-Channel Logout 1.0 §2.4: `events` marks a logout token.
  if (Object.hasOwn(claims, 'events')) {
    throw new AuthenticationException('token_type_refused', 'the token contains "events"');
  }
  return claims;
}
