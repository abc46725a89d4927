import { Catch, Inject } from '@nestjs/common';
import type { ArgumentsHost } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DownstreamError, IAS_CLOCK, IdentityBindings, TokenRequestError } from 'nest-ias';
import type { Clock, FailureProblem } from 'nest-ias';
import { FRONTEND_SETTINGS } from '../frontend-settings.js';
import type { FrontendSettings } from '../frontend-settings.js';
import { prefersJson } from '../homepage/content-negotiation.js';
import { FailureFilter } from '../homepage/failure.filter.js';
import type { PageProblem } from '../homepage/failure-page.js';
import { isLabAction } from './lab-actions.js';
import { LastOutcome } from './lab-outcome.js';
import type { LabOutcome } from './lab-outcome.js';
import { LabService } from './lab.service.js';
import { LandscapeError, SENT_NOTHING } from './landscape-error.js';

/** Shows the failure of an action as the failure page, or as an outcome in JSON. */
@Catch(TokenRequestError, DownstreamError)
export class LabFailureFilter extends FailureFilter {
  readonly #lab: LabService;

  constructor(
    adapterHost: HttpAdapterHost,
    bindings: IdentityBindings,
    @Inject(IAS_CLOCK) now: Clock,
    @Inject(FRONTEND_SETTINGS) settings: FrontendSettings,
    lastOutcome: LastOutcome,
    lab: LabService,
  ) {
    super(adapterHost, bindings, now, settings, lastOutcome);
    this.#lab = lab;
  }

  protected override describe(error: TokenRequestError | DownstreamError): PageProblem {
    const problem = { ...super.describe(error), sent: this.#lab.sentBefore(error) ?? SENT_NOTHING };
    if (!(error instanceof LandscapeError)) return problem;
    const answer = problem.answer && ({ ...problem.answer, from: 'The landscape' } as const);
    return { ...problem, title: 'The lab could not do that', steps: [], answer };
  }

  protected override reply(problem: FailureProblem, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest<{ Params: { action: string } }>>();
    const { action } = request.params;
    if (!isLabAction(action) || !prefersJson(request)) return super.reply(problem, host);
    const { status, code, detail, answer, sent = SENT_NOTHING } = problem as PageProblem;
    const genuine = { status: answer?.status ?? status, challenge: null, code };
    const outcome: LabOutcome = { action, sent, answer: genuine, why: detail };
    void http.getResponse<FastifyReply>().code(status).header('vary', 'Accept').send(outcome);
  }
}
