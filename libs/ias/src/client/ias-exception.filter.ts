import { Catch, Logger } from '@nestjs/common';
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { DownstreamErrorCode, FailureKind, TokenRequestErrorCode } from '../errors/error-codes.js';
import { DownstreamError, TokenRequestError } from '../errors/ias-error.js';
import type { PlatformResponse } from '../guard/ias-auth.guard.js';

/** Problem details (RFC 9457 §3.1) with the stable `code` of the failure. */
export interface FailureProblem {
  /** Address of the documentation of the code. */
  readonly type: string;
  readonly title: string;
  readonly status: 502 | 503 | 504;
  readonly detail: string;
  readonly code: TokenRequestErrorCode | DownstreamErrorCode;
}

const ANSWERS: Readonly<Record<FailureKind, Pick<FailureProblem, 'status' | 'title' | 'detail'>>> = {
  refused: {
    status: 502,
    title: 'Bad Gateway',
    detail: 'A service that this app calls refused the call, or its response is unusable.',
  },
  unavailable: {
    status: 503,
    title: 'Service Unavailable',
    detail: 'A service that this app calls is unavailable. Try again later.',
  },
  timeout: {
    status: 504,
    title: 'Gateway Timeout',
    detail: 'A service that this app calls did not respond in time. Try again later.',
  },
};

/**
 * Answers 502, 503 or 504 with problem details if a token request or a call to another app failed. Without it, Nest
 * answers 500.
 *
 * Register it for the whole app with `{ provide: APP_FILTER, useClass: IasExceptionFilter }`, or for some routes with
 * `@UseFilters(IasExceptionFilter)`. It logs the message of the error as a warning; the caller gets the code and a
 * fixed sentence, because the message is for operators and names URLs. A 503 has `Retry-After` if the time is known,
 * for example from the called app. The filter leaves messages of WebSockets, microservices and other transports to
 * Nest.
 */
@Catch(TokenRequestError, DownstreamError)
export class IasExceptionFilter implements ExceptionFilter<TokenRequestError | DownstreamError> {
  readonly #logger = new Logger(IasExceptionFilter.name);
  readonly #adapterHost: HttpAdapterHost;

  constructor(adapterHost: HttpAdapterHost) {
    this.#adapterHost = adapterHost;
  }

  catch(error: TokenRequestError | DownstreamError, host: ArgumentsHost): void {
    const transport = host.getType();
    if (transport === 'ws') void this.#leaveToNest(error, host);
    // For other transports, Nest treats an error as unhandled if its filter returns nothing.
    if (transport !== 'http') return;
    this.#logger.warn(error.message, { code: error.code, documentation: error.documentation });
    const response = host.switchToHttp().getResponse<PlatformResponse>();
    const { httpAdapter } = this.#adapterHost;
    if (httpAdapter.isHeadersSent(response)) return void httpAdapter.end(response);
    response.header('cache-control', 'no-store');
    const { kind, retryAfter } = error;
    if (kind === 'unavailable' && retryAfter !== undefined)
      response.header('retry-after', String(Math.ceil(retryAfter / 1_000)));
    this.reply(this.describe(error), host);
  }

  /** The problem details for the caller. Override it to add details. */
  protected describe({ kind, code, documentation }: TokenRequestError | DownstreamError): FailureProblem {
    return { type: documentation, ...ANSWERS[kind], code };
  }

  /** Sends the response. All headers but the content type are already set. Override it to send a page, for example. */
  protected reply(problem: FailureProblem, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<PlatformResponse>();
    response.header('content-type', 'application/problem+json');
    // As text: Nest 11 on Express relabels an object as `application/json`.
    this.#adapterHost.httpAdapter.reply(response, JSON.stringify(problem), problem.status);
  }

  /** For WebSockets, Nest treats an error as handled by any filter. Every app with WebSockets has this package. */
  async #leaveToNest(error: TokenRequestError | DownstreamError, host: ArgumentsHost): Promise<void> {
    try {
      const { BaseWsExceptionFilter } = await import('@nestjs/websockets');
      // oxlint-disable-next-line promise/no-promise-in-callback -- a filter, not a promise
      new BaseWsExceptionFilter().catch(error, host);
    } catch {
      this.#logger.error(`A message of a WebSocket got no answer. ${error.message}`);
    }
  }
}
