import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ProblemDetails } from './problem-details.js';

/**
 * Renders problem details as an HTML page.
 *
 * @returns the page; `undefined` if the caller gets problem details
 */
export type ProblemPage = (
  problem: ProblemDetails,
  request: FastifyRequest,
  reply: FastifyReply,
) => string | undefined;

/** How an app shows errors to browsers. An app without pages sends problem details to every caller. */
@Injectable()
export class ProblemPages {
  #render: ProblemPage = () => undefined;

  /** Sets the page for all errors that no filter of the app handles. */
  use(render: ProblemPage): void {
    this.#render = render;
  }

  render(...error: Parameters<ProblemPage>): string | undefined {
    return this.#render(...error);
  }
}
