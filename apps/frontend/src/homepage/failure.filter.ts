import { Catch, Inject } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { ArgumentsHost } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { messageWithDoctor } from '@nest-ias/runtime';
import { DownstreamError, IasExceptionFilter, TokenRequestError } from 'nest-ias';
import type { FailureProblem } from 'nest-ias';
import { FRONTEND_SETTINGS } from '../frontend-settings.js';
import type { FrontendSettings } from '../frontend-settings.js';
import { REPAIR_FORMS } from '../lab/lab-forms.js';
import { prefersJson } from './content-negotiation.js';
import { html, NOTHING } from './html.js';
import type { Html } from './html.js';
import { renderPage, sendPage } from './html-page.js';

/** For failures that do not say when to try again. */
const RETRY_AFTER_SECONDS = 10;

/** Says what failed and what to do when a token request or a call failed, as a page or as problem details (RFC 9457). */
@Catch(TokenRequestError, DownstreamError)
export class FailureFilter extends IasExceptionFilter {
  readonly #hasLab: boolean;

  constructor(adapterHost: HttpAdapterHost, @Inject(FRONTEND_SETTINGS) { lab }: FrontendSettings) {
    super(adapterHost);
    this.#hasLab = lab !== undefined;
  }

  /** Who opens this page operates both apps, so it says as much as the log. */
  protected override describe(error: TokenRequestError | DownstreamError): FailureProblem {
    const title =
      error instanceof TokenRequestError ? 'Could not get an access token' : 'The call to the backend failed';
    return { ...super.describe(error), title, detail: explain(error) };
  }

  protected override reply(problem: FailureProblem, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const reply = http.getResponse<FastifyReply>().header('vary', 'Accept');
    if (problem.status === 503 && !reply.hasHeader('retry-after')) {
      void reply.header('retry-after', String(RETRY_AFTER_SECONDS));
    }
    const request = http.getRequest<FastifyRequest>();
    if (prefersJson(request)) super.reply(problem, host);
    else void reply.code(problem.status).send(this.#page(problem, request.id, reply));
  }

  #page(problem: FailureProblem, correlationId: string, reply: FastifyReply): string {
    const hasForms = this.#hasLab;
    return sendPage(reply, renderFailure(problem, correlationId, hasForms ? REPAIR_FORMS : NOTHING), {
      hasForms,
    });
  }
}

/** The message for operators, with the variable to correct or where to find the cause. */
function explain(error: TokenRequestError | DownstreamError): string {
  const isWithoutCertificate = error instanceof DownstreamError && error.problemCode === 'proof_missing';
  return isWithoutCertificate ? `${error.message} Is BACKEND_URL the .cert. host?` : messageWithDoctor(error);
}

/** Says as HTML what failed and what to do. */
function renderFailure(
  { type, status, title, detail, code }: FailureProblem,
  correlationId: string,
  repair: Html,
): Html {
  return renderPage(
    title,
    html`<h1>${title}</h1>
      <div class="verdict bad">
        ${status} · <a href="${type}">${code}</a>
        <p>${detail}</p>
      </div>
      <p>Correlation ID, for the logs: <code>${correlationId}</code></p>
      <p><a href="/homepage">Try again</a></p>
      ${repair}`,
  );
}
