import { HttpService } from '@nestjs/axios';
import { Injectable } from '@nestjs/common';
import { DownstreamError } from 'nest-ias';
import type { AccessToken } from 'nest-ias';
import { backendClaimsSchema } from './backend-claims-schema.js';
import type { BackendClaims } from './backend-claims-schema.js';

/** Calls the backend; the access token and the client certificate are added on the way. */
@Injectable()
export class BackendClient {
  constructor(private readonly http: HttpService) {}

  /**
   * The claims of our access token as the backend saw them.
   *
   * @param token must not come back: the page is public
   * @throws {DownstreamError} the backend failed, or its answer is of another form
   * @throws {TokenRequestError} no access token could be obtained
   */
  async getClaims(token: AccessToken): Promise<BackendClaims> {
    const { data } = await this.http.axiosRef.get<unknown>('/endpoint');
    const result = backendClaimsSchema.safeParse(data);
    if (result.success && !JSON.stringify(data).includes(token.value)) return result.data;
    throw new DownstreamError(
      'downstream_malformed',
      'The answer of the backend is not the claims of a token; check that BACKEND_URL is the URL of the backend.',
    );
  }
}
