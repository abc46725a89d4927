import { html } from '../homepage/html.js';
import type { Html } from '../homepage/html.js';
import { documentation } from '../homepage/html-page.js';
import { LAB_ACTIONS } from './lab-actions.js';
import type { LabAction } from './lab-actions.js';

/** The part of the homepage that lets the reader play the thief. */
export const LAB_SECTION = html`<section id="lab" class="lab-section">
  <h2>The lab: try to break it</h2>
  <p class="soft">
    IAS and the router are simulated on this machine, so you can play the thief: replay the token, which means
    send it as if you had stolen it, or take IAS down, and see what happens.
    <a href="${documentation('reference/lab.md')}">What each button does, and a challenge</a>
  </p>
  ${renderForms(Object.keys(LAB_ACTIONS) as LabAction[])}
</section>`;

/** The part of each failure page that brings everything back. */
export const REPAIR_FORMS = renderForms(['ias-up', 'reset']);

function renderForms(actions: readonly LabAction[]): Html {
  const forms = actions.map(
    (name) =>
      html`<form method="post" action="/lab/${name}">
        <button>${LAB_ACTIONS[name].label}</button>
      </form>`,
  );
  return html`<div class="lab">${forms}</div>`;
}
