import type { CredentialType } from 'nest-ias';
import { html } from './html.js';
import type { Html } from './html.js';
import type { HomepageVisit } from './homepage.service.js';
import { contradictionIn } from './proof-state.js';
import { renderOnChange } from './render-on-change.js';

interface Verdict {
  readonly isGood: boolean;
  readonly title: string;
  readonly reason: string;
}

/** Says whether the token is bound to our certificate, and whether the backend checked that: never more than the values show. */
export function renderVerdict(visit: HomepageVisit, credentialType: CredentialType): Html {
  const { isGood, title, reason } = verdictOn(visit, credentialType);
  const { cnf, thumbprint, matches } = visit.homepage.proof;
  return renderBox(isGood, title, reason, renderThumbprints(cnf, thumbprint, matches));
}

const renderBox = renderOnChange(
  (isGood: boolean, title: string, reason: string, thumbprints: Html) =>
    html`<div class="verdict ${isGood ? 'good' : 'bad'}" role="status">
      ${title}
      <p>${reason}</p>
      ${thumbprints}
    </div>`,
);

/** One above the other, in letters of one width, so that equal characters are in line. */
const renderThumbprints = renderOnChange(
  (cnf: string | null, thumbprint: string | null, matches: boolean) => {
    const look = matches ? 'same' : 'different';
    return html`<dl class="thumbprints">
      <div>
        <dt>cnf, as reported by the backend</dt>
        <dd><code class="${look}">${cnf ?? '(no cnf)'}</code></dd>
      </div>
      <div>
        <dt>thumbprint of our certificate</dt>
        <dd><code class="${look}">${thumbprint ?? '(no certificate)'}</code></dd>
      </div>
    </dl>`;
  },
);

function verdictOn(
  { homepage: { proof }, own, state }: HomepageVisit,
  credentialType: CredentialType,
): Verdict {
  switch (state) {
    case 'proven':
      return {
        isGood: true,
        title: 'The token belongs to our certificate.',
        reason:
          'The backend verified it: cnf equals the thumbprint of the certificate that it received with this call.',
      };
    case 'unchecked':
      return {
        isGood: false,
        title: 'The backend did not check whose token this is.',
        reason:
          'cnf equals the thumbprint of our certificate, but the proof is switched off at the backend (IAS_PROOF_OF_POSSESSION=off): it accepts the token from anyone who has it.',
      };
    case 'silent':
      return {
        isGood: false,
        title: 'This app compared token and certificate; the backend may not have done so.',
        reason:
          'cnf equals the thumbprint of our certificate, but the backend does not say whether it checked that.',
      };
    case 'unbound':
      return {
        isGood: false,
        title: 'The token is not bound to a certificate: anyone who has it can use it.',
        reason:
          credentialType === 'SECRET'
            ? 'The backend found no cnf: the tenant binds no token that it issues for a client secret.'
            : 'The backend found no cnf in the token, although the tenant issued it for our certificate.',
      };
    case 'contradictory':
      return {
        isGood: false,
        title:
          proof.thumbprint === null
            ? 'The answer of the backend proves nothing about the token.'
            : 'The token is not proven to belong to our certificate.',
        reason: contradictionIn(proof, own) ?? '',
      };
  }
}
