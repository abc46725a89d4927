import { createHash, randomBytes } from 'node:crypto';
import type { Application } from '../tenant/application.js';
import { OAuthError } from '../tenant/oauth-error.js';
import type { TokenAudience } from '../tenant/resource-resolver.js';
import type { UserSession } from './user-sessions.js';

/** The grant of a user to an application. */
export interface LoginGrant {
  readonly application: Application;
  readonly session: UserSession;
  readonly scope: readonly string[];
  readonly nonce: string | undefined;
  readonly audience: TokenAudience;
  readonly appTid: string | undefined;
}

interface PendingCode {
  readonly grant: LoginGrant;
  readonly redirectUri: string;
  readonly codeChallenge: string | undefined;
  /** Milliseconds since the epoch. */
  readonly expires: number;
}

/** The parameters with which a client redeems a code (RFC 6749 §4.1.3, RFC 7636 §4.5). */
export interface CodeExchange {
  readonly code: string | undefined;
  readonly redirectUri: string | undefined;
  readonly codeVerifier: string | undefined;
}

/** RFC 6749 §4.1.2 recommends at most ten minutes; one is enough for a redirect. */
const CODE_LIFETIME_MILLISECONDS = 60_000;
/** As assumed for IAS, which lets an administrator choose. */
const REFRESH_LIFETIME_MILLISECONDS = 12 * 3_600_000;
const MAXIMUM_ENTRIES = 10_000;

/** The authorization codes and refresh tokens of a tenant. */
export class LoginGrants {
  readonly #codes = new Map<string, PendingCode>();
  readonly #refreshTokens = new Map<string, { readonly grant: LoginGrant; readonly expires: number }>();

  /** Issues a code that is valid once, for one minute. */
  createCode(
    grant: LoginGrant,
    { redirectUri, codeChallenge }: Pick<PendingCode, 'redirectUri' | 'codeChallenge'>,
    now: number,
  ): string {
    const code = secret();
    store(this.#codes, code, {
      grant,
      redirectUri,
      codeChallenge,
      expires: now + CODE_LIFETIME_MILLISECONDS,
    });
    return code;
  }

  /** @throws {OAuthError} `invalid_grant` if the code, the redirect URI or the verifier is wrong */
  redeemCode(exchange: CodeExchange, application: Application, now: number): LoginGrant {
    const { code = '', redirectUri, codeVerifier } = exchange;
    if (code === '') throw new OAuthError('invalid_request', 'The parameter code is missing.');
    const pending = this.#codes.get(code);
    // RFC 6749 §10.5: a code is valid once, even if the attempt fails.
    this.#codes.delete(code);
    if (pending === undefined || pending.expires <= now) throw refusal('code_unknown');
    const { grant } = pending;
    if (grant.application !== application) throw refusal('code_of_other_client');
    if (redirectUri !== pending.redirectUri) throw refusal('code_redirect_uri_differs');
    if (!verifies(codeVerifier, pending.codeChallenge)) throw refusal('code_verifier_wrong');
    if (grant.session.hasEnded) throw refusal('session_ended');
    return grant;
  }

  /** Issues a refresh token. */
  createRefreshToken(grant: LoginGrant, now: number): string {
    const token = secret();
    store(this.#refreshTokens, token, { grant, expires: now + REFRESH_LIFETIME_MILLISECONDS });
    return token;
  }

  /**
   * Redeems a refresh token, which is valid once.
   * @throws {OAuthError} `invalid_grant` if it is unknown or expired, or belongs to another client
   */
  redeemRefreshToken(token: string | undefined, application: Application, now: number): LoginGrant {
    if (token === undefined)
      throw new OAuthError('invalid_request', 'The parameter refresh_token is missing.');
    const known = this.#refreshTokens.get(token);
    if (known === undefined || known.expires <= now) throw refusal('refresh_token_unknown');
    if (known.grant.application !== application) throw refusal('refresh_token_of_other_client');
    if (known.grant.session.hasEnded) throw refusal('session_ended');
    this.#refreshTokens.delete(token);
    return known.grant;
  }
}

function verifies(verifier: string | undefined, challenge: string | undefined): boolean {
  if (challenge === undefined) return verifier === undefined;
  return (
    createHash('sha256')
      .update(verifier ?? '')
      .digest('base64url') === challenge
  );
}

/** Stores an entry and evicts the oldest ones, so that a client in a loop cannot exhaust the memory. */
function store<Content>(entries: Map<string, Content>, key: string, content: Content): void {
  if (entries.size >= MAXIMUM_ENTRIES) {
    const [oldest] = entries.keys();
    if (oldest !== undefined) entries.delete(oldest);
  }
  entries.set(key, content);
}

function secret(): string {
  return randomBytes(32).toString('base64url');
}

function refusal(detail: string): OAuthError {
  return new OAuthError('invalid_grant', 'The grant is invalid, expired or already used.', detail);
}
