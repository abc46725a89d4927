import { STATUS_CODES } from 'node:http';
import { Catch, HttpException, Logger } from '@nestjs/common';
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import type { FastifyReply } from 'fastify';

/** Answers of an app that are no success, as RFC 9457 problem details with a stable `code`. */
interface ProblemDetails {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
}

/** Gives every failure the form of a problem; the reason of an unexpected one stays in the log. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  readonly #logger = new Logger(ProblemFilter.name);

  catch(exception: unknown, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const status = statusOf(exception);
    // Whoever throws an HttpException means that answer, and tells of it where there is something to tell.
    if (status >= 500 && !(exception instanceof HttpException)) this.#logger.error(exception);
    void reply
      .code(status)
      .header('content-type', 'application/problem+json')
      .header('cache-control', 'no-store')
      .send(JSON.stringify(problemOf(exception, status)));
  }
}

function problemOf(exception: unknown, status: number): ProblemDetails {
  if (exception instanceof HttpException) {
    const body = exception.getResponse();
    if (typeof body === 'object' && 'code' in body && 'title' in body) return body as ProblemDetails;
  }
  const title = STATUS_CODES[status] ?? 'Error';
  return { type: 'about:blank', title, status, code: title.toLowerCase().replaceAll(/[^a-z]+/g, '_') };
}

/** Fastify's own refusals (body too large, not JSON) carry a `statusCode`; whatever does not is our failure. */
function statusOf(exception: unknown): number {
  if (exception instanceof HttpException) return exception.getStatus();
  const { statusCode } = (exception ?? {}) as { statusCode?: unknown };
  const isClientError = typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500;
  return isClientError ? statusCode : 500;
}
