import { randomBytes } from 'node:crypto';
import { type Answer, json } from '../http/answer.js';
import type { AccessTokenContent, AccessTokenIssuer } from './access-token-issuer.js';
import {
  authenticateClient,
  type AuthenticatedClient,
  type ClientAuthenticationContext,
  type ClientEvidence,
} from './client-authentication.js';
import { AUTHORIZATION_CODE, JWT_BEARER, REFRESH_TOKEN, SUPPORTED_GRANT_TYPES } from './grant-types.js';
import type { LoginGrant, LoginGrants } from '../login/login-grants.js';
import { issueIdToken, sessionClaims } from '../login/user-tokens.js';
import { userOfAssertion } from './jwt-bearer-grant.js';
import { NO_STORE, OAuthError } from './oauth-error.js';
import { resolveResources } from './resource-resolver.js';
import type { SigningKeys } from './signing-keys.js';
import { parseTokenRequest, type TokenRequest } from './token-request-parser.js';

/** The parts of a request that the token endpoint needs. */
export interface TokenEndpointInput {
  readonly query: string | undefined;
  /** Undefined if the body is not a form. */
  readonly form: URLSearchParams | undefined;
  readonly authorization: ClientEvidence['authorization'];
  readonly certificate: ClientEvidence['certificate'];
  readonly now: ClientEvidence['now'];
}

/** The parts of the tenant that the token endpoint needs. */
export interface TokenEndpointContext {
  readonly issuer: AccessTokenIssuer;
  readonly keys: SigningKeys;
  readonly grants: LoginGrants;
  /** Base URL of the tenant. */
  readonly url: string;
  readonly authentication: ClientAuthenticationContext;
  /** Claim `app_tid`, unless the request names a subscriber. */
  readonly appTid: string;
}

/** The token endpoint (RFC 6749 §3.2): authenticates the client and issues an access token. */
export class TokenEndpoint {
  readonly #context: TokenEndpointContext;

  constructor(context: TokenEndpointContext) {
    this.#context = context;
  }

  /** @throws {OAuthError} with the codes of RFC 6749 §5.2 */
  async answer(input: TokenEndpointInput): Promise<Answer> {
    if (input.query !== undefined) {
      throw new OAuthError('invalid_request', 'Parameters must be in the request body.');
    }
    const request = parseTokenRequest(input.form);
    const client = await authenticateClient({ ...input, request }, this.#context.authentication);
    assertGrantAllowed(request, client);
    const login = this.#loginOf(request, client, input.now);
    const content =
      login === undefined
        ? await this.#contentFor(request, client, input.now)
        : this.#contentOfLogin(login, request, client);
    const accessToken = isOpaque(request)
      ? opaqueToken()
      : await this.#context.issuer.issue(content, input.now);
    const token = {
      access_token: accessToken,
      token_type: 'Bearer',
      expires_in: client.application.tokenValidity,
      ...(login && (await this.#tokensOfLogin(login, request, accessToken, input.now))),
    };
    return json(200, token, NO_STORE);
  }

  /** The user's login for the grant types that depend on one. */
  #loginOf(request: TokenRequest, { application }: AuthenticatedClient, now: number): LoginGrant | undefined {
    const { grants } = this.#context;
    if (request.grantType === AUTHORIZATION_CODE) return grants.redeemCode(request, application, now);
    if (request.grantType === REFRESH_TOKEN) {
      return grants.redeemRefreshToken(request.refreshToken, application, now);
    }
    return undefined;
  }

  #contentOfLogin(
    login: LoginGrant,
    { resources }: TokenRequest,
    { application, certificateThumbprint }: AuthenticatedClient,
  ): AccessTokenContent {
    return {
      application,
      ...(resources.length === 0 ? login.audience : resolveResources(application, resources)),
      appTid: login.appTid ?? this.#context.appTid,
      user: sessionClaims(login),
      ...(certificateThumbprint === undefined ? {} : { certificateThumbprint }),
    };
  }

  async #tokensOfLogin(
    login: LoginGrant,
    { refreshExpiry }: TokenRequest,
    accessToken: string,
    now: number,
  ): Promise<Readonly<Record<string, unknown>>> {
    const { issuer, grants, keys, url, appTid } = this.#context;
    const { scope, application } = login;
    const context = { url, issuer: issuer.issuer, appTid, keys };
    const canRefresh = application.grantTypes.includes(REFRESH_TOKEN) && refreshExpiry !== '0';
    return {
      ...(scope.length > 0 && { scope: scope.join(' ') }),
      ...(scope.includes('openid') && { id_token: await issueIdToken(login, accessToken, context, now) }),
      ...(canRefresh && { refresh_token: grants.createRefreshToken(login, now) }),
    };
  }

  async #contentFor(
    request: TokenRequest,
    { application, certificateThumbprint }: AuthenticatedClient,
    now: number,
  ): Promise<AccessTokenContent> {
    const { issuer, keys, appTid } = this.#context;
    if (request.appTid !== undefined && !application.serves(request.appTid)) {
      throw new OAuthError('invalid_request', 'The application does not serve the tenant app_tid.');
    }
    const user =
      request.grantType === JWT_BEARER
        ? await userOfAssertion(request.assertion, application, { issuer: issuer.issuer, keys, now })
        : undefined;
    return {
      application,
      ...resolveResources(application, request.resources),
      appTid: request.appTid ?? user?.appTid ?? appTid,
      ...(user === undefined ? {} : { user: user.claims }),
      ...(certificateThumbprint === undefined ? {} : { certificateThumbprint }),
    };
  }
}

function assertGrantAllowed({ grantType }: TokenRequest, { application }: AuthenticatedClient): void {
  if (!SUPPORTED_GRANT_TYPES.includes(grantType)) {
    const description = `The landscape supports the grant types ${SUPPORTED_GRANT_TYPES.join(', ')} only.`;
    throw new OAuthError('unsupported_grant_type', description);
  }
  if (!application.grantTypes.includes(grantType)) {
    throw new OAuthError('unauthorized_client', 'The application is not allowed to use this grant type.');
  }
}

/** jwt-bearer returns an opaque token unless the client requests a JWT (`docs/reference/ias-facts.md#grant-types`). */
function isOpaque({ grantType, tokenFormat }: TokenRequest): boolean {
  const format = tokenFormat ?? (grantType === JWT_BEARER ? 'opaque' : 'jwt');
  if (format === 'jwt') return false;
  if (format === 'opaque' && grantType === JWT_BEARER) return true;
  throw new OAuthError('invalid_request', 'The landscape does not support this token_format.');
}

function opaqueToken(): string {
  return randomBytes(32).toString('base64url');
}
