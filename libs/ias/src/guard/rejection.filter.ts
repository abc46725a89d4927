import { Catch } from '@nestjs/common';
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { PlatformResponse } from './ias-auth.guard.js';
import { AuthenticationException } from './authentication-exception.js';

/**
 * Answers a rejection with problem details, as text: Nest 11 on Express relabels an object as `application/json`, with a
 * warning for each request. A filter that the app registers with `useGlobalFilters`, or on a controller or a handler,
 * takes precedence; the content type is set here and not in the guard, so that the body of such a filter keeps its own.
 */
@Catch(AuthenticationException)
export class RejectionFilter implements ExceptionFilter<AuthenticationException> {
  readonly #adapterHost: HttpAdapterHost;

  constructor(adapterHost: HttpAdapterHost) {
    this.#adapterHost = adapterHost;
  }

  catch(exception: AuthenticationException, host: ArgumentsHost): void {
    // Other transports have their own error formats.
    if (host.getType() !== 'http') throw exception;
    const response = host.switchToHttp().getResponse<PlatformResponse>();
    const { httpAdapter } = this.#adapterHost;
    if (httpAdapter.isHeadersSent(response)) return void httpAdapter.end(response);
    response.header('content-type', exception.headers['content-type']);
    httpAdapter.reply(response, JSON.stringify(exception.getResponse()), exception.getStatus());
  }
}
