import { Catch, Inject } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { ArgumentsHost } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { messageWithDoctor } from '@nest-ias/runtime';
import {
  DownstreamError,
  IAS_CLOCK,
  IasExceptionFilter,
  IdentityBindings,
  TokenRequestError,
} from 'nest-ias';
import type { Clock, FailureProblem } from 'nest-ias';
import { FRONTEND_SETTINGS } from '../frontend-settings.js';
import type { FrontendSettings } from '../frontend-settings.js';
import { REPAIR_FORMS } from '../lab/lab-forms.js';
import { LastOutcome } from '../lab/lab-outcome.js';
import { prefersJson } from './content-negotiation.js';
import { adviseOn } from './failure-advice.js';
import { causeOf, renderFailure } from './failure-page.js';
import type { PageProblem } from './failure-page.js';
import { NOTHING } from './html.js';
import { sendPage } from './html-page.js';

/** For failures that do not say when to try again. */
const RETRY_AFTER_SECONDS = 10;

/** Says what failed and what to do when a token request or a call failed, as a page or as problem details (RFC 9457). */
@Catch(TokenRequestError, DownstreamError)
export class FailureFilter extends IasExceptionFilter {
  readonly #bindings: IdentityBindings;
  readonly #now: Clock;
  readonly #hasLab: boolean;
  readonly #lastOutcome: LastOutcome;

  constructor(
    adapterHost: HttpAdapterHost,
    bindings: IdentityBindings,
    @Inject(IAS_CLOCK) now: Clock,
    @Inject(FRONTEND_SETTINGS) { lab }: FrontendSettings,
    lastOutcome: LastOutcome,
  ) {
    super(adapterHost);
    this.#bindings = bindings;
    this.#now = now;
    this.#hasLab = lab !== undefined;
    this.#lastOutcome = lastOutcome;
  }

  /** Who opens this page operates both apps, so it says as much as the log. */
  protected override describe(error: TokenRequestError | DownstreamError): PageProblem {
    const { certificate, credentialType } = this.#bindings.outbound;
    const advice = adviseOn(error.code, {
      credentialType,
      status: error.status,
      problemCode: error instanceof DownstreamError ? error.problemCode : undefined,
      isCertificateExpired: certificate !== undefined && certificate.notAfter.getTime() < this.#now(),
      isLandscape: this.#hasLab,
    });
    const from = error instanceof TokenRequestError ? 'IAS' : 'The backend';
    return {
      ...super.describe(error),
      detail: messageWithDoctor(error),
      answer: error.status === undefined ? undefined : { from, status: error.status },
      cause: causeOf(error),
      ...advice,
    };
  }

  protected override reply(problem: FailureProblem, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const reply = http.getResponse<FastifyReply>().header('vary', 'Accept');
    if (problem.status === 503 && !reply.hasHeader('retry-after')) {
      void reply.header('retry-after', String(RETRY_AFTER_SECONDS));
    }
    const request = http.getRequest<FastifyRequest>();
    const details = { ...problem, cause: undefined, answer: undefined };
    if (prefersJson(request)) super.reply(details, host);
    else void reply.code(problem.status).send(this.#page(problem as PageProblem, request.id, reply));
  }

  #page(problem: PageProblem, correlationId: string, reply: FastifyReply): string {
    const hasForms = this.#hasLab;
    const parts = { outcome: this.#lastOutcome.take(), repair: hasForms ? REPAIR_FORMS : NOTHING };
    return sendPage(reply, renderFailure(problem, correlationId, parts), { hasForms });
  }
}
