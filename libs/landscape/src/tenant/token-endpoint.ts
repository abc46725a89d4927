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
    const content = await this.#contentFor(request, client, input.now);
    const token = {
      access_token: isOpaque(request) ? opaqueToken() : await this.#context.issuer.issue(content, input.now),
      token_type: 'Bearer',
      expires_in: client.application.tokenValidity,
    };
    return json(200, token, NO_STORE);
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
  if (grantType !== CLIENT_CREDENTIALS && grantType !== JWT_BEARER) {
    const description = 'The landscape supports the grant types client_credentials and jwt-bearer only.';
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
