import type { HttpService } from '@nestjs/axios';
import type { AxiosResponse } from 'axios';
import { firstValueFrom } from 'rxjs';
import { TokenRequestError } from '../errors/errors.js';
import type { Clock } from '../ias.clock.js';
import type { ClientCredential } from './client-credential.js';
import { parseRetryAfter } from './retry-after.parser.js';
import { statusFailure, transportFailure } from './token-endpoint.failure.js';
import { parseTokenResponse } from './token-response.parser.js';
import type { TokenResponse } from './token-response.parser.js';

const MAX_RESPONSE_BYTES = 64 * 1024;

/** Parameters of a token request besides those of client authentication; a list is sent as repeated parameters. */
export interface TokenRequest {
  readonly grantType: 'client_credentials';
  readonly resources: readonly string[];
  readonly appTid?: string | undefined;
}

/** Speaks with the token endpoint of a tenant: one request, one validated answer or one typed error. */
export class TokenEndpointClient {
  constructor(
    private readonly http: HttpService,
    private readonly now: Clock,
  ) {}

  /**
   * POSTs one token request, authenticated by the credential (RFC 8705 §2, or RFC 6749 §2.3.1 in the body).
   *
   * @param signal ends the request, its body included
   * @throws {TokenRequestError}
   */
  async request(
    request: TokenRequest,
    credential: ClientCredential,
    signal: AbortSignal,
  ): Promise<TokenResponse> {
    const { url } = credential.binding;
    const { status, data, headers } = await this.post(
      url,
      buildForm(request, credential),
      credential,
      signal,
    );
    if (status < 200 || status >= 300) {
      throw statusFailure(url, status, data, parseRetryAfter(headers['retry-after'], this.now()));
    }
    const response = parseTokenResponse(data, url);
    assertBound(response, credential);
    return response;
  }

  private async post(
    tenant: string,
    form: URLSearchParams,
    { agent }: ClientCredential,
    signal: AbortSignal,
  ): Promise<AxiosResponse<string>> {
    try {
      return await firstValueFrom(
        this.http.post<string>(`${tenant}/oauth2/token`, form.toString(), {
          headers: {
            accept: 'application/json',
            'accept-encoding': 'identity',
            'content-type': 'application/x-www-form-urlencoded',
          },
          httpsAgent: agent,
          proxy: false,
          maxRedirects: 0,
          decompress: false,
          responseType: 'text',
          transformResponse: (body: string) => body,
          maxContentLength: MAX_RESPONSE_BYTES,
          validateStatus: () => true,
          signal,
        }),
      );
    } catch (error) {
      throw transportFailure(tenant, error);
    }
  }
}

function buildForm(
  { grantType, resources, appTid }: TokenRequest,
  { binding }: ClientCredential,
): URLSearchParams {
  const form = new URLSearchParams({ grant_type: grantType, client_id: binding.clientId });
  if (binding.clientSecret) form.append('client_secret', binding.clientSecret.reveal());
  if (appTid !== undefined) form.append('app_tid', appTid);
  for (const resource of resources) form.append('resource', resource);
  return form;
}

/** A token that is bound to somebody else's certificate is of no use to us and should not be sent (RFC 8705 §3). */
function assertBound({ confirmation }: TokenResponse, { binding }: ClientCredential): void {
  if (confirmation === undefined || binding.certificate === undefined) return;
  if (confirmation === binding.certificate.thumbprint) return;
  throw new TokenRequestError(
    'token_not_bound',
    `No access token from ${binding.url}: the one it issued is bound to another certificate than ours; check for a proxy that presents its own.`,
  );
}
