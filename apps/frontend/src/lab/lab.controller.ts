import {
  Controller,
  Header,
  HttpCode,
  HttpStatus,
  NotFoundException,
  Param,
  Post,
  Req,
  Res,
  UseFilters,
  UseGuards,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { prefersJson } from '../homepage/content-negotiation.js';
import { sendPage } from '../homepage/html-page.js';
import { isLabAction, LAB_ACTIONS } from './lab-actions.js';
import { LabFailureFilter } from './lab-failure.filter.js';
import { LabGuard } from './lab.guard.js';
import { LastOutcome } from './lab-outcome.js';
import type { LabOutcome } from './lab-outcome.js';
import { LabService } from './lab.service.js';
import { renderReplay } from './replay-page.js';

/** The lab: what a thief or an operator can do, as plain forms. It exists only if the local landscape runs this app. */
@Controller('lab')
@UseGuards(LabGuard)
@UseFilters(LabFailureFilter)
export class LabController {
  readonly #lab: LabService;
  readonly #lastOutcome: LastOutcome;

  constructor(lab: LabService, lastOutcome: LastOutcome) {
    this.#lab = lab;
    this.#lastOutcome = lastOutcome;
  }

  @Post(':action')
  @HttpCode(HttpStatus.OK)
  @Header('Cache-Control', 'no-store')
  @Header('Vary', 'Accept')
  async act(
    @Param('action') action: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<LabOutcome | string> {
    if (!isLabAction(action)) throw new NotFoundException();
    const outcome = await this.#lab.run(action);
    if (prefersJson(request)) return outcome;
    if (LAB_ACTIONS[action].isReplay) return sendPage(reply, renderReplay(outcome), { hasForms: true });
    this.#lastOutcome.set(outcome);
    // `GET`, so that reloading the page does not repeat the action.
    void reply.code(HttpStatus.SEE_OTHER).header('location', '/homepage');
    return '';
  }
}
