import type { Agent } from 'node:https';
import { finished, Readable } from 'node:stream';
import type { Clock } from '../core/clocks.js';
import { RedactedToken } from '../core/redacted.js';
import { ConfigurationError, IasError } from '../errors/ias-error.js';
import { CallLimit } from '../net/call-limit.js';
import type { ConnectionPool } from '../net/connection-pool.js';
import { canBeSentTwice } from '../net/http-exchange.js';
import type { HttpRequest, HttpResponse } from '../net/http-exchange.js';
import { TransportError } from '../net/transport-failure.js';
import type { AccessToken } from '../token/access-token.js';
import type { IasTokenProvider } from '../token/ias-token-provider.js';
import { assertTokenOptions } from '../token/token-request.js';
import type { TokenOptions } from '../token/token-request.js';
import { DiscardLimiter } from './discard-limiter.js';
import { abortedCall, downstreamTransportFailure, invalidRequest } from './downstream-failure.js';
import { isDuration, parseLimits } from './ias-client-options.js';
import type { IasClientOptions } from './ias-client-options.js';
import type { IasRequest } from './ias-request.js';
import { RequestPreparation } from './request-preparation.js';
import { parseTargetUrl } from './target-url.js';

/** The parts that calls need. */
export interface AuthenticatedCallsParts {
  readonly tokens: IasTokenProvider;
  /** A monotonic clock, in milliseconds. */
  readonly now: Clock;
  readonly createPool: (origin: string, agent: Agent) => ConnectionPool;
  /** Names the registration in errors. */
  readonly owner: string;
}

/** Sends requests to one target, with a token and the certificate that the token is bound to. */
export class AuthenticatedCalls {
  /** Base URL. */
  readonly target: URL;
  readonly maxResponseBytes: number;
  readonly #timeout: number;
  readonly #preparation: RequestPreparation;
  readonly #parts: AuthenticatedCallsParts;
  readonly #tokenOptions: TokenOptions;
  readonly #discards: DiscardLimiter;
  #pool: ConnectionPool | undefined;

  /** @throws {ConfigurationError} the base URL, a limit, `resource` or `appTid` is invalid */
  constructor(options: IasClientOptions, parts: AuthenticatedCallsParts) {
    this.target = parseTargetUrl(options.baseURL, `baseURL of ${parts.owner}`);
    const { timeout, maxResponseBytes } = parseLimits(options, parts.owner);
    this.#timeout = timeout;
    this.maxResponseBytes = maxResponseBytes;
    this.#preparation = new RequestPreparation(this.target, {
      maxResponseBytes,
      correlationId: () => options.correlationId?.(),
    });
    this.#parts = parts;
    this.#discards = new DiscardLimiter(parts.now);
    const { resource, appTid } = options;
    this.#tokenOptions = Object.freeze({
      ...(resource !== undefined && { resource: Object.freeze([resource].flat()) }),
      ...(appTid !== undefined && { appTid }),
    });
    assertTokenOptions(this.#tokenOptions);
  }

  /**
   * Returns a response of any status. If the receiver rejects the token, it sends the request again with a newer one.
   *
   * @param streams whether the body of the response is a stream
   * @throws {IasError}
   */
  async send(request: IasRequest, streams: boolean): Promise<HttpResponse> {
    // it can fail while the call waits for a token
    if (request.body instanceof Readable) request.body.on('error', () => undefined);
    try {
      const prepared = await this.#preparation.prepare(
        request,
        streams ? (error) => this.failureOf(error, request.signal) : undefined,
      );
      const token = await this.#getToken(request);
      const limit = new CallLimit(this.#durationOf(request), request.signal, this.#parts.now);
      try {
        const first = await this.#sendWith(token, prepared, limit);
        const response = rejectsToken(first)
          ? await this.#repeat(first, { request, prepared, token, limit })
          : first;
        if (response.body instanceof Readable) finished(response.body, () => limit.release());
        else limit.release();
        return response;
      } catch (error) {
        limit.release();
        throw error;
      }
    } catch (error) {
      // nothing else would close a file that is not sent
      if (request.body instanceof Readable) request.body.destroy();
      throw this.failureOf(error, request.signal);
    }
  }

  /** The typed error for any failure of a call. */
  failureOf(error: unknown, signal: AbortSignal | undefined): IasError {
    if (error instanceof IasError && error.code !== 'token_request_aborted') return error;
    const isOver = error instanceof TransportError && error.code === 'ETIMEDOUT';
    if (signal?.aborted !== true || isOver) return downstreamTransportFailure(this.target, error);
    if (!isTimeout(signal)) return abortedCall(this.target);
    const what = 'the signal of this app timed out while it waited for an access token';
    return downstreamTransportFailure(this.target, new TransportError('ETIMEDOUT', what));
  }

  /** Closes all connections. */
  close(): void {
    this.#pool?.destroy();
  }

  #durationOf({ timeout }: IasRequest): number {
    if (timeout === undefined || isDuration(timeout)) return timeout ?? this.#timeout;
    throw new ConfigurationError(
      'Invalid option "timeout" of a call: it is not a whole number of milliseconds from 1 to 3600000.',
    );
  }

  #getToken(request: IasRequest): Promise<AccessToken> {
    const { resource, appTid, signal } = request;
    const options =
      resource === undefined && appTid === undefined && signal === undefined
        ? this.#tokenOptions
        : {
            ...this.#tokenOptions,
            ...(resource !== undefined && { resource }),
            ...(appTid !== undefined && { appTid }),
            ...(signal && { signal }),
          };
    if (!('onBehalfOf' in request)) return this.#parts.tokens.getToken(options);
    // with `undefined`, the app would call on its own behalf instead of the user's
    if (request.onBehalfOf instanceof RedactedToken) {
      return this.#parts.tokens.exchangeToken(request.onBehalfOf, options);
    }
    throw invalidRequest(
      this.target,
      'its "onBehalfOf" is not a token of a user; pass what @RawToken() injects',
    );
  }

  #sendWith(token: AccessToken, request: HttpRequest, limit: CallLimit): Promise<HttpResponse> {
    const headers = ['authorization', `Bearer ${token.value}`, ...request.headers];
    return this.#poolFor(token.agent).send({ ...request, headers }, limit);
  }

  /** After a renewal of the binding, tokens have another agent. */
  #poolFor(agent: Agent): ConnectionPool {
    if (this.#pool?.agent === agent) return this.#pool;
    this.#pool?.drain();
    this.#pool = this.#parts.createPool(this.target.origin, agent);
    return this.#pool;
  }

  /** Sends the request again with a newer token, if there is one or one can be fetched. */
  async #repeat(rejected: HttpResponse, { request, prepared, token, limit }: Call): Promise<HttpResponse> {
    if (!canBeSentTwice(prepared.body)) return rejected;
    limit.note('the app rejected the token');
    if (this.#discards.mayDiscard(request)) this.#parts.tokens.invalidate(token);
    // nothing reads or limits the rejected stream any more; an endless one would keep its connection
    const discard = () => rejected.body instanceof Readable && rejected.body.destroy();
    const newer = await limit
      .until(this.#getToken(request), 'it waited for a newer token')
      .catch((error: unknown) => {
        discard();
        throw error;
      });
    if (newer === token) return rejected;
    discard();
    limit.note('a newer token was sent');
    return this.#sendWith(newer, prepared, limit);
  }
}

/** A running call. */
interface Call {
  readonly request: IasRequest;
  readonly prepared: HttpRequest;
  readonly token: AccessToken;
  readonly limit: CallLimit;
}

/** Whether the signal of the caller is a time-out. */
function isTimeout(signal: AbortSignal | undefined): boolean {
  return (signal?.reason as Error | undefined)?.name === 'TimeoutError';
}

/** RFC 6750 §3.1: the token is expired, revoked or otherwise invalid, and a new one can succeed. */
function rejectsToken({ status, headers }: HttpResponse): boolean {
  return status === 401 && /\berror="?invalid_token\b/i.test(headers['www-authenticate'] ?? '');
}
