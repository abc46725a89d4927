import { Catch, HttpException, Logger } from '@nestjs/common';
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { PROBLEM_HEADERS, problemOfStatus, statusOfRefusal } from './problem-details.js';
import type { ProblemDetails } from './problem-details.js';

/** Gives every failure the form of a problem; the reason of an unexpected one stays in the log. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  readonly #logger = new Logger(ProblemFilter.name);

  catch(exception: unknown, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const status = exception instanceof HttpException ? exception.getStatus() : statusOfRefusal(exception);
    // Whoever throws an HttpException means that answer, and tells of it where there is something to tell.
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
