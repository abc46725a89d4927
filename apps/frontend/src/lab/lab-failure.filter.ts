import { Catch } from '@nestjs/common';
import type { ArgumentsHost } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DownstreamError, TokenRequestError } from 'nest-ias';
import type { FailureProblem } from 'nest-ias';
import { prefersJson } from '../homepage/content-negotiation.js';
import { FailureFilter } from '../homepage/failure.filter.js';
import type { PageProblem } from '../homepage/failure-page.js';
import { isLabAction, LAB_ACTIONS } from './lab-actions.js';
import type { LabOutcome } from './lab-actions.js';
import { LandscapeError } from './landscape-error.js';

/** Shows the failure of an action as the failure page, or as an outcome in JSON. */
@Catch(TokenRequestError, DownstreamError)
export class LabFailureFilter extends FailureFilter {
  protected override describe(error: TokenRequestError | DownstreamError): PageProblem {
    const problem = super.describe(error);
    return error instanceof LandscapeError
      ? { ...problem, title: 'The lab could not do that', steps: [] }
      : problem;
  }

  protected override reply(problem: FailureProblem, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest<{ Params: { action: string } }>>();
    const { action } = request.params;
    if (!isLabAction(action) || !prefersJson(request)) return super.reply(problem, host);
    const { status, code, detail } = problem;
    const outcome: LabOutcome = {
      action,
      sent: LAB_ACTIONS[action].sent,
      answer: { status, challenge: null, code },
      why: detail,
    };
    void http.getResponse<FastifyReply>().code(status).header('vary', 'Accept').send(outcome);
  }
}
