import type { FailureProblem } from 'nest-ias';
import { html, NOTHING } from './html.js';
import type { Html } from './html.js';
import { documentation, renderPage } from './html-page.js';

/** Who answered, and with which status. */
interface FailedAnswer {
  readonly from: 'IAS' | 'The backend' | 'The landscape';
  readonly status: number;
}

/** Problem details that also say what to do. */
export interface PageProblem extends FailureProblem {
  /** What failed and why, without the remedy that `detail` and `steps` contain. */
  readonly cause: string;
  readonly steps: readonly string[];
  /** The HTTP answer that the failure is about, if one arrived. */
  readonly answer?: FailedAnswer | undefined;
  /** What an action of the lab sent before it failed. */
  readonly sent?: string;
}

const LINKS = html`<h2>Read more</h2>
  <ul>
    <li><a href="${documentation('explanation/what-if-it-fails.md')}">What if it fails?</a></li>
    <li>
      <a href="${documentation('how-to/find-out-what-is-wrong.md')}"
        >How to find the cause with <code>ias doctor</code></a
      >
    </li>
  </ul>`;

/** A remedy at the end of a message of an error. */
const REMEDY = /; (?:add|ask|bind|call it|check|correct|look|try again)\b[^;]*\.$/;

/** The message of an error without its remedy, which the steps say more exactly. */
export function causeOf({ message }: Error): string {
  return message.replace(REMEDY, '.');
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
  { status, type, title, cause, code, steps, answer, sent }: PageProblem,
  correlationId: string,
  { outcome, repair }: LabParts,
): Html {
  return renderPage(
    title,
    html`<h1>${title}</h1>
      ${outcome}
      <div class="verdict bad" role="status">
        ${status} · <a href="${type}">${code}</a>
        <p>${cause}</p>
        ${answer === undefined ? NOTHING : html`<p>${answer.from} answered ${answer.status}; this page has the status ${status}.</p>`}
        ${sent === undefined ? NOTHING : html`<p>Sent: ${sent}.</p>`}
      </div>
      ${steps.length === 0 ? NOTHING : renderSteps(steps)} ${repair}
      <p>Correlation ID, for the logs: <code data-copy="the correlation ID">${correlationId}</code></p>
      <p><a href="/homepage">Try again</a></p>
      ${LINKS}`,
  );
}

function renderSteps(steps: readonly string[]): Html {
  return html`<h2>What to do</h2>
    <ol>
      ${steps.map((step) => html`<li>${step}</li>`)}
    </ol>`;
}
