import { HttpService } from '@nestjs/axios';
import { Injectable } from '@nestjs/common';
import { DownstreamError } from 'nest-ias';
import type { AccessToken } from 'nest-ias';
import { backendClaimsSchema } from './backend-claims-schema.js';
import type { BackendClaims } from './backend-claims-schema.js';

/** Calls the backend. `HttpService` adds the access token and the client certificate. */
@Injectable()
export class BackendClient {
  readonly #http: HttpService;

  constructor(http: HttpService) {
    this.#http = http;
  }

  /**
   * Returns the claims of our access token as the backend read them.
   *
   * @param token must not be in the response, because the page is public
   * @throws {DownstreamError} the backend failed, or its response is invalid
   * @throws {TokenRequestError} no access token could be obtained
   */
  async getClaims(token: AccessToken): Promise<BackendClaims> {
    const { data } = await this.#http.axiosRef.get<unknown>('/endpoint');
    const result = backendClaimsSchema.safeParse(data);
    if (result.success && !JSON.stringify(data).includes(token.value)) return result.data;
    throw new DownstreamError(
      'downstream_malformed',
      'The response of the backend does not contain the claims of a token. Check that BACKEND_URL is the URL of the backend.',
    );
  }
}
