import { Injectable } from '@nestjs/common';
import { DownstreamError, IasClient } from 'nest-ias';
import type { AccessToken } from 'nest-ias';
import { backendAnswerSchema } from './backend-answer-schema.js';
import type { BackendAnswer } from './backend-answer-schema.js';

/** Calls the backend. `IasClient` adds the access token and the client certificate. */
@Injectable()
export class BackendClient {
  readonly #client: IasClient;

  constructor(client: IasClient) {
    this.#client = client;
  }

  /**
   * Returns the claims of our access token as the backend read them, and what it checked.
   *
   * @param token must not be in the response, because the page is public
   * @throws {DownstreamError} the backend failed, or its response is invalid
   * @throws {TokenRequestError} no access token could be obtained
   */
  async callEndpoint(token: AccessToken): Promise<BackendAnswer> {
    const response = await this.#client.get('/endpoint');
    const answer = response.expectOk().json();
    const result = backendAnswerSchema.safeParse(answer);
    if (result.success && !contains(token.value, response.text(), answer)) return result.data;
    throw new DownstreamError(
      'downstream_malformed',
      'The response of the backend does not contain the claims of a token. Check that BACKEND_URL is the URL of the backend.',
    );
  }
}

/** Whether a text is anywhere in an answer. Only escape sequences can hide it in the JSON text. */
function contains(text: string, json: string, answer: unknown): boolean {
  return (json.includes('\\') ? JSON.stringify(answer) : json).includes(text);
}
