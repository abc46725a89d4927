import { html } from '../homepage/html.js';
import type { Html } from '../homepage/html.js';
import { renderPage } from '../homepage/html-page.js';
import type { LabOutcome } from './lab-actions.js';
import { LAB_ACTIONS } from './lab-actions.js';
import { LAB_SECTION } from './lab-forms.js';

/** Shows what a replay sent, and the answer of the backend. */
export function renderReplay({ action, sent, answer, why }: LabOutcome): Html {
  const gotIn = answer.status >= 200 && answer.status < 300;
  const isRejected = answer.status === 401 || answer.status === 403;
  return renderPage(
    LAB_ACTIONS[action].label,
    html`<h1>${LAB_ACTIONS[action].label}</h1>
      <div class="verdict ${isRejected ? 'good' : 'bad'}" role="status">
        ${gotIn ? 'The thief got in.' : isRejected ? 'The backend rejected the stolen token.' : 'The backend did not decide.'}
        <p>${why}</p>
      </div>
      <div class="card">
        <table>
          <tr>
            <th scope="row">sent</th>
            <td>${sent}</td>
          </tr>
          <tr>
            <th scope="row">status</th>
            <td><code>${answer.status}</code></td>
          </tr>
          <tr>
            <th scope="row">challenge<span class="why">WWW-Authenticate</span></th>
            <td><code>${answer.challenge ?? '(none)'}</code></td>
          </tr>
          <tr>
            <th scope="row">code<span class="why">problem details</span></th>
            <td><code>${answer.code ?? '(none)'}</code></td>
          </tr>
        </table>
      </div>
      <p><a href="/homepage">Back to the homepage</a></p>
      ${LAB_SECTION}`,
  );
}
