import type { FailureProblem } from 'nest-ias';
import { documentation } from './documentation.js';
import { html, NOTHING } from './html.js';
import type { Html } from './html.js';
import { renderPage } from './html-page.js';

/** Problem details that also say what to do. */
export interface PageProblem extends FailureProblem {
  readonly steps: readonly string[];
  /** What an action of the lab sent before it failed. */
  readonly sent?: string;
}

/** What the lab adds to a failure page. */
export interface LabParts {
  /** The outcome of an action that ended on this page, or nothing. */
  readonly outcome: Html;
  /** The forms that bring everything back, or nothing. */
  readonly repair: Html;
}

/** Says what failed, why, and what to do. */
export function renderFailure(
  { status, title, detail, code, steps, sent }: PageProblem,
  correlationId: string,
  { outcome, repair }: LabParts,
): Html {
  return renderPage(
    title,
    html`<h1>${title}</h1>
      ${outcome}
      <div class="verdict bad" role="status">
        ${status} · <a href="${documentation(`reference/errors.md#${code}`)}">${code}</a>
        <p>${detail}</p>
        ${sent === undefined ? NOTHING : html`<p>Sent: ${sent}.</p>`}
      </div>
      ${steps.length === 0 ? NOTHING : renderSteps(steps)} ${repair}
      <p>Correlation ID, for the logs: <code data-copy="the correlation ID">${correlationId}</code></p>
      <p><a href="/homepage">Try again</a></p>`,
  );
}

function renderSteps(steps: readonly string[]): Html {
  return html`<h2>What to do</h2>
    <ol>
      ${steps.map((step) => html`<li>${step}</li>`)}
    </ol>`;
}
