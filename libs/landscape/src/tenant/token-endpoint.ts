import { randomBytes } from 'node:crypto';
import { type Answer, json } from '../http/answer.js';
import type { AccessTokenContent, AccessTokenIssuer } from './access-token-issuer.js';
import {
  authenticateClient,
  type AuthenticatedClient,
  type ClientAuthenticationContext,
  type ClientEvidence,
} from './client-authentication.js';
import { CLIENT_CREDENTIALS, JWT_BEARER } from './grant-types.js';
import { userOfAssertion } from './jwt-bearer-grant.js';
import { NO_STORE, OAuthError } from './oauth-error.js';
import { resolveResources } from './resource-resolver.js';
import type { SigningKeys } from './signing-keys.js';
import { parseTokenRequest, type TokenRequest } from './token-request-parser.js';

/** A request as the token endpoint sees it. */
export interface TokenEndpointInput {
  readonly query: string | undefined;
  /** Undefined where the body is none. */
  readonly form: URLSearchParams | undefined;
  readonly authorization: ClientEvidence['authorization'];
  readonly certificate: ClientEvidence['certificate'];
  readonly moment: ClientEvidence['moment'];
}

/** What the token endpoint works with. */
export interface TokenEndpointContext {
  readonly issuer: AccessTokenIssuer;
  readonly keys: SigningKeys;
  readonly authentication: ClientAuthenticationContext;
  /** The tenant: claim `app_tid` unless the request names a subscriber. */
  readonly appTid: string;
}

/** The token endpoint (RFC 6749 §3.2): authenticates the client, then answers with an access token. */
export class TokenEndpoint {
  constructor(private readonly context: TokenEndpointContext) {}

  /** @throws {OAuthError} what RFC 6749 §5.2 has a code for */
  async answer(input: TokenEndpointInput): Promise<Answer> {
    if (input.query !== undefined) {
      throw new OAuthError('invalid_request', 'Parameters belong into the request body.');
    }
    const request = parseTokenRequest(input.form);
    const client = await authenticateClient({ ...input, request }, this.context.authentication);
    assertGrantAllowed(request, client);
    const content = await this.#contentFor(request, client, input.moment);
    const token = {
      access_token: isOpaque(request)
        ? opaqueToken()
        : await this.context.issuer.issue(content, input.moment),
      token_type: 'Bearer',
      expires_in: client.application.tokenValidity,
    };
    return json(200, token, NO_STORE);
  }

  async #contentFor(
    request: TokenRequest,
    { application, certificateThumbprint }: AuthenticatedClient,
    moment: number,
  ): Promise<AccessTokenContent> {
    const { issuer, keys, appTid } = this.context;
    if (request.appTid !== undefined && !application.serves(request.appTid)) {
      throw new OAuthError('invalid_request', 'The application does not serve the tenant of app_tid.');
    }
    const user =
      request.grantType === JWT_BEARER
        ? await userOfAssertion(request.assertion, application, { issuer: issuer.issuer, keys, moment })
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
  if (grantType !== CLIENT_CREDENTIALS && grantType !== JWT_BEARER) {
    const description = 'The landscape issues tokens for client_credentials and jwt-bearer.';
    throw new OAuthError('unsupported_grant_type', description);
  }
  if (!application.grantTypes.includes(grantType)) {
    throw new OAuthError('unauthorized_client', 'The application may not use this grant.');
  }
}

/** jwt-bearer answers with an opaque token unless a JWT is asked for (facts.md §3). */
function isOpaque({ grantType, tokenFormat }: TokenRequest): boolean {
  const format = tokenFormat ?? (grantType === JWT_BEARER ? 'opaque' : 'jwt');
  if (format === 'jwt') return false;
  if (format === 'opaque' && grantType === JWT_BEARER) return true;
  throw new OAuthError('invalid_request', 'The landscape does not issue tokens of this token_format.');
}

function opaqueToken(): string {
  return randomBytes(32).toString('base64url');
}
