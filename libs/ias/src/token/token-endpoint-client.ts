import { Logger } from '@nestjs/common';
import { request as requestHttps } from 'node:https';
import type { RequestOptions } from 'node:https';
import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { untilAborted } from '../core/single-flight.js';
import { TokenRequestError } from '../errors/ias-error.js';
import type { Clock } from '../core/clocks.js';
import type { HttpClientLoader, TokenHttpService } from '../core/injection-tokens.js';
import type { IasSettings } from '../core/settings.js';
import { switchedProtocol } from '../net/transport-failure.js';
import { clientParameters } from './client-credential.js';
import type { ClientCredential } from './client-credential.js';
import { parseRetryAfter, statusFailure, transportFailure } from './token-endpoint-failure.js';
import type { TokenRequest } from './token-request.js';
import { MAX_RESPONSE_BYTES, parseTokenResponse } from './token-response.js';
import type { TokenResponse } from './token-response.js';

/** Fails after `101 Switching Protocols`, after which axios would wait until the request is aborted. */
const TRANSPORT = {
  request(options: RequestOptions, onAnswer: (answer: IncomingMessage) => void): ClientRequest {
    const request = requestHttps(options, onAnswer);
    return request.once('upgrade', (_: IncomingMessage, socket: Duplex) => {
      socket.destroy();
      request.emit('error', switchedProtocol());
    });
  },
};

/** Client of a token endpoint: each request ends with one validated response or one typed error. */
export class TokenEndpointClient {
  readonly #logger = new Logger(TokenEndpointClient.name);
  readonly #http: HttpClientLoader;
  readonly #settings: Pick<IasSettings, 'requireBoundTokens'>;
  /** ms since the epoch. */
  readonly #now: Clock;

  constructor(http: HttpClientLoader, settings: Pick<IasSettings, 'requireBoundTokens'>, now: Clock) {
    this.#http = http;
    this.#settings = settings;
    this.#now = now;
  }

  /**
   * Sends one token request, authenticated by the credential.
   *
   * @param signal aborts the request, including its body
   * @throws {TokenRequestError}
   */
  async request(
    request: TokenRequest,
    credential: ClientCredential,
    signal: AbortSignal,
  ): Promise<TokenResponse> {
    const { tenant } = request;
    const { status, data, headers } = await this.#post(request, credential, signal);
    if (status < 200 || status >= 300) {
      throw statusFailure(tenant, status, data, parseRetryAfter(headers['retry-after'], this.#now()));
    }
    const response = parseTokenResponse(data, tenant, status);
    this.#checkConfirmation(response, tenant, credential);
    return response;
  }

  async #post(
    { tenant, grantType, parameters }: TokenRequest,
    { agent, binding }: ClientCredential,
    signal: AbortSignal,
  ): ReturnType<TokenHttpService['axiosRef']['post']> {
    const form = new URLSearchParams({ grant_type: grantType, ...clientParameters(binding) });
    for (const [name, value] of parameters) form.append(name, value);
    const { axiosRef } = await this.#http();
    try {
      const answer = axiosRef.post(`${tenant}/oauth2/token`, form.toString(), {
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
        transport: TRANSPORT,
      });
      return await untilAborted(answer, signal);
    } catch (error) {
      throw transportFailure(tenant, error);
    }
  }

  /** A token that is bound to another certificate is useless to this app, and must not be sent (RFC 8705 §3). */
  #checkConfirmation(
    { confirmation, status }: TokenResponse,
    tenant: string,
    { binding: { certificate } }: ClientCredential,
  ): void {
    if (certificate === undefined || confirmation === certificate.thumbprint) return;
    if (confirmation === undefined && !this.#settings.requireBoundTokens) {
      this.#logger.warn(
        `The access token of ${tenant} is not bound to the client certificate: anyone who steals it can use it.`,
      );
      return;
    }
    throw new TokenRequestError(
      'token_not_bound',
      `No access token from ${tenant}: the issued token is not bound to the client certificate of this app; check for a proxy that presents its own certificate.`,
      undefined,
      status,
    );
  }
}
