import { Catch, HttpStatus, Logger } from '@nestjs/common';
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import { htmlEscape } from 'escape-goat';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DownstreamError, TokenRequestError } from 'nest-ias';
import type { FailureKind } from 'nest-ias';
import { prefersJson } from './content-negotiation.js';
import { renderPage, sendPage } from './html-page.js';

const STATUS: Readonly<Record<FailureKind, HttpStatus>> = {
  refused: HttpStatus.BAD_GATEWAY,
  unavailable: HttpStatus.SERVICE_UNAVAILABLE,
  timeout: HttpStatus.GATEWAY_TIMEOUT,
};

const RETRY_AFTER_SECONDS = 10;

/** Says what failed and what to do when a token request or a call failed, as a page or as problem details (RFC 9457). */
@Catch(TokenRequestError, DownstreamError)
export class FailureFilter implements ExceptionFilter {
  readonly #logger = new Logger(FailureFilter.name);

  catch(error: TokenRequestError | DownstreamError, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const status = STATUS[error.kind];
    const title =
      error instanceof TokenRequestError ? 'Could not get an access token' : 'The call to the backend failed';
    this.#logger.warn(error.message, { code: error.code });

    void reply.code(status).header('cache-control', 'no-store').header('vary', 'Accept');
    if (error.kind === 'unavailable') void reply.header('retry-after', String(RETRY_AFTER_SECONDS));
    if (!prefersJson(request)) {
      void reply.send(sendPage(reply, renderFailure(status, title, error.message, error.code)));
      return;
    }
    void reply
      .type('application/problem+json')
      .send(JSON.stringify({ type: 'about:blank', title, status, detail: error.message, code: error.code }));
  }
}

/** Says as HTML what failed and what to do. */
function renderFailure(status: number, title: string, message: string, code: string): string {
  return renderPage(
    title,
    htmlEscape`<h1>${title}</h1>
<div class="verdict bad">${String(status)} · ${code}<p>${message}</p></div>
<p><a href="/homepage">Try again</a></p>`,
  );
}
