import { type Answer, json } from '../http/answer.js';
import type { AccessTokenIssuer } from './access-token.issuer.js';
import {
  authenticateClient,
  type AuthenticatedClient,
  type ClientAuthenticationContext,
  type ClientEvidence,
} from './client-authentication.js';
import { NO_STORE, OAuthError } from './oauth.error.js';
import { parseTokenRequest, type TokenRequest } from './token-request.parser.js';

/** A request as the token endpoint sees it. */
export interface TokenEndpointInput {
  readonly query: string | undefined;
  readonly contentType: string | undefined;
  readonly form: URLSearchParams;
  readonly authorization: ClientEvidence['authorization'];
  readonly certificate: ClientEvidence['certificate'];
  readonly moment: ClientEvidence['moment'];
}

/** The token endpoint (RFC 6749 §3.2): authenticates the client, then answers with an access token. */
export class TokenEndpoint {
  constructor(
    private readonly issuer: AccessTokenIssuer,
    private readonly authentication: ClientAuthenticationContext,
  ) {}

  /** @throws {OAuthError} what RFC 6749 §5.2 has a code for */
  async answer(input: TokenEndpointInput): Promise<Answer> {
    if (input.query !== undefined) {
      throw new OAuthError('invalid_request', 'Parameters belong into the request body.');
    }
    const request = parseTokenRequest(input.contentType, input.form);
    const client = authenticateClient({ ...input, request }, this.authentication);
    assertGrantable(request, client);
    const token = {
      access_token: await this.issuer.issue(client, input.moment),
      token_type: 'Bearer',
      expires_in: client.application.tokenValidity,
    };
    return json(200, token, NO_STORE);
  }
}

function assertGrantable(request: TokenRequest, client: AuthenticatedClient): void {
  if (request.grantType !== 'client_credentials') {
    throw new OAuthError('unsupported_grant_type', 'The landscape issues tokens for client_credentials.');
  }
  if (request.appTid !== undefined && !client.application.serves(request.appTid)) {
    throw new OAuthError('invalid_request', 'The application does not serve the tenant of app_tid.');
  }
  if (request.tokenFormat !== undefined && request.tokenFormat !== 'jwt') {
    throw new OAuthError('invalid_request', 'The landscape issues tokens with token_format=jwt.');
  }
  if (request.resources.length > 0) {
    throw new OAuthError('invalid_target', 'The application has no such dependency.');
  }
}
