import { Injectable } from '@nestjs/common';
import { DownstreamError, IasClient } from 'nest-ias';
import type { AccessToken } from 'nest-ias';
import { backendAnswerSchema } from './backend-answer-schema.js';
import type { BackendAnswer } from './backend-answer-schema.js';

/** What the backend answered. */
export interface BackendResponse {
  /** HTTP status, 2xx. */
  readonly status: number;
  readonly answer: BackendAnswer;
}

/** Calls the backend. `IasClient` adds the access token and the client certificate. */
@Injectable()
export class BackendClient {
  readonly #client: IasClient;

  constructor(client: IasClient) {
    this.#client = client;
  }

  /** Whether calls use TLS. Without it, this app presents no certificate. */
  get usesTls(): boolean {
    return this.#client.baseURL.startsWith('https:');
  }

  /**
   * Returns the claims of our access token as the backend read them, and what it checked.
   *
   * @param token must not be in the response, because the page is public
   * @throws {DownstreamError} the backend failed, or its response is invalid
   * @throws {TokenRequestError} no access token could be obtained
   */
  async callEndpoint(token: AccessToken): Promise<BackendResponse> {
    const response = await this.#client.get('/endpoint');
    const answer = response.expectOk().json();
    const result = backendAnswerSchema.safeParse(answer);
    if (result.success && !contains(token.value, response.text(), answer)) {
      return { status: response.status, answer: result.data };
    }
    throw new DownstreamError(
      'downstream_malformed',
      'The response of the backend does not contain the claims of a token; check that BACKEND_URL is the URL of the backend.',
    );
  }
}

/** Whether a text is anywhere in an answer. Only escape sequences can hide it in the JSON text. */
function contains(text: string, json: string, answer: unknown): boolean {
  return (json.includes('\\') ? JSON.stringify(answer) : json).includes(text);
}
