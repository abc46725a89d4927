import { Catch, HttpException, Logger } from '@nestjs/common';
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { PROBLEM_HEADERS, problemOfStatus, statusOfError } from './problem-details.js';
import type { ProblemDetails } from './problem-details.js';

/** Turns every error into problem details. The reason of an unexpected error is only logged. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  readonly #logger = new Logger(ProblemFilter.name);

  catch(exception: unknown, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const status = exception instanceof HttpException ? exception.getStatus() : statusOfError(exception);
    // Code that throws an HttpException intends that response, and logs the reason itself if necessary.
    if (status >= 500 && !(exception instanceof HttpException)) this.#logger.error(exception);
    void reply
      .code(status)
      .headers(PROBLEM_HEADERS)
      .send(JSON.stringify(problemOf(exception, status)));
  }
}

function problemOf(exception: unknown, status: number): ProblemDetails {
  if (exception instanceof HttpException) {
    const body = exception.getResponse();
    if (typeof body === 'object' && 'code' in body && 'title' in body) return body as ProblemDetails;
  }
  return problemOfStatus(status);
}
