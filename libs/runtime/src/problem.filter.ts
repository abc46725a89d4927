import { Catch, HttpException, Logger } from '@nestjs/common';
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PROBLEM_HEADERS, problemOfStatus, statusOfError } from './problem-details.js';
import type { ProblemDetails } from './problem-details.js';
import type { ProblemPages } from './problem-pages.js';

/** Turns every error into problem details, or into a page of the app. The reason of an unexpected error is only logged. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  readonly #logger = new Logger(ProblemFilter.name);
  readonly #pages: ProblemPages;

  constructor(pages: ProblemPages) {
    this.#pages = pages;
  }

  catch(exception: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const reply = http.getResponse<FastifyReply>();
    const status = exception instanceof HttpException ? exception.getStatus() : statusOfError(exception);
    // Code that throws an HttpException intends that response, and logs the reason itself if necessary.
    if (status >= 500 && !(exception instanceof HttpException)) this.#logger.error(exception);
    const problem = problemOf(exception, status);
    void reply.code(status).headers(PROBLEM_HEADERS);
    const page = this.#pages.render(problem, http.getRequest<FastifyRequest>(), reply);
    void reply.send(page ?? JSON.stringify(problem));
  }
}

function problemOf(exception: unknown, status: number): ProblemDetails {
  if (exception instanceof HttpException) {
    const body = exception.getResponse();
    if (typeof body === 'object' && 'code' in body && 'title' in body) return body as ProblemDetails;
  }
  return problemOfStatus(status);
}
