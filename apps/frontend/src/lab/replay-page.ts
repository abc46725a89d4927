import { html } from '../homepage/html.js';
import type { Html } from '../homepage/html.js';
import { renderPage } from '../homepage/html-page.js';
import { LAB_ACTIONS } from './lab-actions.js';
import { LAB_SECTION } from './lab-forms.js';
import { renderOutcome } from './lab-outcome.js';
import type { LabOutcome } from './lab-outcome.js';
import { resultOf } from './replay-verdict.js';
import type { ReplayResult } from './replay-verdict.js';

const TITLES: Readonly<Record<ReplayResult, string>> = {
  'got in': 'The thief got in.',
  'rejected by proof': 'The backend rejected the stolen token.',
  'rejected otherwise': 'The backend rejected the token, but not because of the proof.',
  undecided: 'The backend did not decide.',
};

/** Shows what a replay sent, and the answer of the backend. */
export function renderReplay(outcome: LabOutcome): Html {
  const { label } = LAB_ACTIONS[outcome.action];
  const result = resultOf(outcome.answer);
  return renderPage(
    label,
    html`<h1>${label}</h1>
      <div class="verdict ${result === 'rejected by proof' ? 'good' : 'bad'}" role="status">
        ${TITLES[result]}
        <p>${outcome.why}</p>
      </div>
      ${renderOutcome(outcome)}
      <p><a href="/homepage">Back to the homepage</a></p>
      ${LAB_SECTION}`,
  );
}
