import { Injectable } from '@nestjs/common';
import { documentationUrl } from 'nest-ias';
import { REJECTIONS } from 'nest-ias/internal';
import { html, NOTHING } from '../homepage/html.js';
import type { Html } from '../homepage/html.js';
import { LAB_ACTIONS } from './lab-actions.js';
import type { LabAction } from './lab-actions.js';

/** What an action sent, what it got, and why. */
export interface LabOutcome {
  readonly action: LabAction;
  readonly sent: string;
  readonly answer: LabAnswer;
  readonly why: string;
}

export interface LabAnswer {
  readonly status: number;
  /** Header `WWW-Authenticate`. */
  readonly challenge: string | null;
  /** Code of the problem details. */
  readonly code: string | null;
}

/** Shows what an action sent, and the answer. */
export function renderOutcome({ sent, answer: { status, challenge, code } }: LabOutcome): Html {
  return html`<div class="card">
    <table>
      ${row('sent', '', sent)} ${row('status', '', String(status))}
      ${row('challenge', 'WWW-Authenticate', challenge ?? '(none)')}
      ${row('code', 'problem details', code === null ? '(none)' : linked(code))}
    </table>
  </div>`;
}

/** Links the codes that the documentation explains: those of the guard. */
function linked(code: string): Html | string {
  return Object.hasOwn(REJECTIONS, code) ? html`<a href="${documentationUrl(code)}">${code}</a>` : code;
}

function row(name: string, why: string, value: Html | string): Html {
  return html`<tr>
    <th scope="row">${name}${why === '' ? NOTHING : html`<span class="why">${why}</span>`}</th>
    <td>${name === 'sent' ? value : html`<code>${value}</code>`}</td>
  </tr>`;
}

/**
 * Keeps the outcome of an action for the page that the browser loads next: the answer to the form only redirects, so that
 * reloading does not repeat the action. Only one person uses the lab of a machine.
 */
@Injectable()
export class LastOutcome {
  #outcome: LabOutcome | undefined;

  set(outcome: LabOutcome): void {
    this.#outcome = outcome;
  }

  /** Renders the outcome once. */
  take(): Html {
    const outcome = this.#outcome;
    this.#outcome = undefined;
    if (outcome === undefined) return NOTHING;
    const { action, sent, answer, why } = outcome;
    return html`<div class="outcome" role="status">
      <strong>${LAB_ACTIONS[action].label}: done.</strong> ${why}
      <p class="soft">Sent: ${sent}. Answer: <code>${answer.status}</code>.</p>
    </div>`;
  }
}
