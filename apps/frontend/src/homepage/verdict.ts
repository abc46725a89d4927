import type { CredentialType } from 'nest-ias';
import { html } from './html.js';
import type { Html } from './html.js';
import type { Homepage } from './homepage.service.js';

type Proof = Homepage['proof'];

interface Verdict {
  readonly isGood: boolean;
  readonly title: string;
  readonly reason: string;
}

/** Says whether the token is bound to our certificate, and whether the backend checked that: never more than the values show. */
export function renderVerdict(proof: Proof, credentialType: CredentialType): Html {
  const { isGood, title, reason } = verdictOn(proof, credentialType);
  return html`<div class="verdict ${isGood ? 'good' : 'bad'}" role="status">
    ${title}
    <p>${reason}</p>
    ${renderThumbprints(proof)}
  </div>`;
}

/** One above the other, in letters of one width, so that equal characters are in line. */
function renderThumbprints({ cnf, thumbprint, matches }: Proof): Html {
  const look = matches ? 'same' : 'different';
  return html`<dl class="thumbprints">
    <div>
      <dt>cnf in the token</dt>
      <dd><code class="${look}">${cnf ?? '(no cnf)'}</code></dd>
    </div>
    <div>
      <dt>our certificate</dt>
      <dd><code class="${look}">${thumbprint ?? '(no certificate)'}</code></dd>
    </div>
  </dl>`;
}

function verdictOn({ cnf, matches, verified }: Proof, credentialType: CredentialType): Verdict {
  if (cnf === null) {
    const cause =
      credentialType === 'SECRET' ? ' The tenant binds no token that it issues for a client secret.' : '';
    return unproven(`The token has no cnf: anyone who has it can use it.${cause}`);
  }
  if (!matches) return unproven('cnf differs from the thumbprint of the certificate in use.');
  switch (verified) {
    case 'verified':
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
    case 'unbound':
      return unproven(
        'The backend says that the token is not bound to a certificate, although it has a cnf.',
      );
    case null:
      return {
        isGood: false,
        title: 'This app compared token and certificate, the backend may not have.',
        reason:
          'cnf equals the thumbprint of our certificate, but the backend does not say whether it checked that.',
      };
  }
}

function unproven(reason: string): Verdict {
  return { isGood: false, title: 'The token is not proven to belong to our certificate.', reason };
}
