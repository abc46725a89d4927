import type { ProblemDetails } from '@nest-ias/runtime';
import { PROBLEM_CODES } from '@nest-ias/runtime/internal';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { prefersHtml } from './content-negotiation.js';
import { html } from './html.js';
import { documentation, renderPage, sendPage } from './html-page.js';

const OTHER_CODES = documentation('reference/errors.md#codes-of-the-apps-of-this-repository');

interface Explanation {
  readonly meaning: string;
  readonly remedy: string;
}

/** Shows browsers an error that has no page of its own, such as an unknown address. */
export function renderProblem(
  problem: ProblemDetails,
  request: FastifyRequest,
  reply: FastifyReply,
): string | undefined {
  void reply.header('vary', 'Accept');
  if (!prefersHtml(request)) return undefined;
  const { title, status, code, type } = problem;
  const { meaning, remedy } = explain(problem);
  return sendPage(
    reply,
    renderPage(
      title,
      html`<h1>${title}</h1>
        <div class="verdict bad" role="status">
          ${status} · <a href="${type === 'about:blank' ? OTHER_CODES : type}">${code}</a>
          <p>${meaning}</p>
        </div>
        <h2>What to do</h2>
        <p>${remedy}</p>
        <p>Correlation ID, for the logs: <code data-copy="the correlation ID">${request.id}</code></p>
        <p><a href="/homepage">Go to the homepage</a></p>`,
    ),
  );
}

function explain({ code, status }: ProblemDetails): Explanation {
  if (isProblemCode(code)) return PROBLEM_CODES[code];
  if (status === 404) {
    return {
      meaning: 'This app has no page at this address, or it does not accept this method there.',
      remedy: 'Check the address. The homepage is at /homepage.',
    };
  }
  return status < 500
    ? { meaning: 'This app does not accept the request.', remedy: 'Check the address and what you sent.' }
    : { meaning: 'This app failed.', remedy: 'Search its log for the correlation ID below.' };
}

function isProblemCode(code: string): code is keyof typeof PROBLEM_CODES {
  return Object.hasOwn(PROBLEM_CODES, code);
}
