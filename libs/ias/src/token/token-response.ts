import { z } from 'zod';
import { peekAtPayload } from '../core/jwt.js';
import { TokenRequestError } from '../errors/ias-error.js';
import type { TokenRequestErrorCode } from '../errors/error-codes.js';

/** Ten years: with a much longer lifetime, the expiry would not be a valid date. */
export const MAX_RESPONSE_BYTES = 64 * 1024;

const MAX_LIFETIME_SECONDS = 315_360_000;

/** The parts of a token response (RFC 6749 §5.1) that this library uses. */
export interface TokenResponse {
  readonly accessToken: string;
  /** Lifetime in seconds: the smaller of `expires_in` and the token's own `exp − iat`. */
  readonly lifetime: number;
  /** Claim `cnf["x5t#S256"]`; `undefined` for an opaque or unbound token. */
  readonly confirmation: string | undefined;
  /** HTTP status, 2xx. */
  readonly status: number;
}

const responseSchema = z.object({
  // the characters of RFC 6750 §2.1, so that the token cannot break out of a header
  access_token: z.string().regex(/^[A-Za-z0-9\-._~+/]+=*$/),
  token_type: z.string().min(1).max(64),
  expires_in: z.number().positive().max(Number.MAX_SAFE_INTEGER),
});

const claimsSchema = z.object({
  exp: z.number().positive().optional(),
  iat: z.number().positive().optional(),
  cnf: z.object({ 'x5t#S256': z.string().optional() }).optional(),
});

/**
 * Reads the body of a successful response of the token endpoint. It reads the claims to compare the token with certificate
 * and clock of the app, not to trust them: the receiver of the token checks its signature.
 *
 * @param tenant URL of the tenant, for errors
 * @param status HTTP status of the response
 * @throws {TokenRequestError} codes `token_response_malformed`, `token_type_unsupported`
 */
export function parseTokenResponse(body: string, tenant: string, status: number): TokenResponse {
  const failure = (code: TokenRequestErrorCode, what: string) => malformed(code, tenant, status, what);
  const result = responseSchema.safeParse(parseJson(body));
  if (!result.success) {
    const property = String(result.error.issues[0]?.path[0] ?? 'the body');
    throw failure(
      'token_response_malformed',
      `its token response is unusable: ${property} is missing or invalid`,
    );
  }
  const { access_token: accessToken, token_type: tokenType, expires_in: expiresIn } = result.data;
  if (tokenType.toLowerCase() !== 'bearer') {
    throw failure('token_type_unsupported', 'it issued a token of a type other than Bearer');
  }
  const claims = readClaims(accessToken);
  if (claims === 'invalid')
    throw failure('token_response_malformed', 'it issued a token with invalid claims');
  const claimedLifetime =
    claims?.exp !== undefined && claims.iat !== undefined
      ? claims.exp - claims.iat
      : Number.POSITIVE_INFINITY;
  const lifetime = Math.min(expiresIn, claimedLifetime, MAX_LIFETIME_SECONDS);
  if (lifetime <= 0) throw failure('token_response_malformed', 'it issued an expired token');
  return { accessToken, lifetime, confirmation: claims?.cnf?.['x5t#S256'], status };
}

/** @returns `undefined` for an opaque token */
function readClaims(token: string): z.infer<typeof claimsSchema> | 'invalid' | undefined {
  const claims = peekAtPayload(token);
  if (claims === undefined) return undefined;
  const result = claimsSchema.safeParse(claims);
  return result.success ? result.data : 'invalid';
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function malformed(
  code: TokenRequestErrorCode,
  tenant: string,
  status: number,
  what: string,
): TokenRequestError {
  const message = `No access token from ${tenant}: ${what}; check "url" in the binding.`;
  return new TokenRequestError(code, message, undefined, status);
}
