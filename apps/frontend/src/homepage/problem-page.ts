import type { ProblemDetails } from '@nest-ias/runtime';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { prefersHtml } from './content-negotiation.js';
import { html } from './html.js';
import { renderPage, sendPage } from './html-page.js';

/** Shows browsers an error that has no page of its own, such as an unknown address. */
export function renderProblem(
  { title, status, code }: ProblemDetails,
  request: FastifyRequest,
  reply: FastifyReply,
): string | undefined {
  void reply.header('vary', 'Accept');
  if (!prefersHtml(request)) return undefined;
  return sendPage(
    reply,
    renderPage(
      title,
      html`<h1>${title}</h1>
        <div class="verdict bad">
          ${status} · ${code}
          <p>Correlation ID: <code>${request.id}</code></p>
        </div>
        <p><a href="/homepage">Go to the homepage</a></p>`,
    ),
  );
}
