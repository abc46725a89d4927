import type { CredentialType } from 'nest-ias';
import type { AppDescription } from './app-description.js';
import { html } from './html.js';
import type { Html } from './html.js';
import type { HomepageVisit } from './homepage.service.js';
import type { ProofState } from './proof-state.js';
import { renderOnChange } from './render-on-change.js';

/** How the tenant identifies this app, and who can know the secret part. */
const IDENTIFICATION: Readonly<Record<CredentialType, string>> = {
  X509_GENERATED:
    'There is no password: the tenant identifies this app by its certificate. The platform generated the private key and put it into the binding, the credentials of this app: developers of the space can read it there (Kyma: readers of the secret).',
  X509_PROVIDED:
    'There is no password: the tenant identifies this app by its certificate. The private key was provided to this app and is not in the binding.',
  X509_ATTESTED:
    'There is no password: the tenant identifies this app by its certificate. The private key was provided to this app and is not in the binding.',
  SECRET:
    'The tenant identifies this app by a client secret, which is a password: anyone who reads it can get tokens as this app.',
  NONE: 'The binding has no credentials, so this app cannot get tokens.',
};

/** Explains in four sentences why the call is secure, or why it is not. Each follows from the values of this call. */
export function renderExplanation(
  { token, own, state }: HomepageVisit,
  { credentialType }: AppDescription,
): Html {
  return renderSentences(credentialType, binding(own.cnf, token.certificateThumbprint), state);
}

const renderSentences = renderOnChange(
  (credentialType: CredentialType, bound: string, state: ProofState) =>
    html`<h2>${state === 'proven' ? 'Why this is secure' : 'Why this is not as secure as it can be'}</h2>
      <ol>
        <li>${IDENTIFICATION[credentialType]}</li>
        <li>${bound}</li>
        <li>${CHECK[state]}</li>
        <li>
          This page contains no secret: certificates and thumbprints are public, and it shows neither the
          token nor the key.
        </li>
      </ol>`,
);

/** @param cnf in our token; `undefined` if it is opaque */
function binding(cnf: string | null | undefined, thumbprint: string | undefined): string {
  if (cnf === undefined)
    return 'Only the tenant can read the token, so this page cannot say what it is bound to.';
  if (cnf === null) return 'The tenant did not bind the token to a certificate: it has no cnf.';
  return cnf === thumbprint
    ? 'The tenant wrote the thumbprint of our certificate into the token (cnf) and signed the token. A thumbprint is a hash that identifies a certificate.'
    : 'The tenant wrote the thumbprint of another certificate into the token (cnf) and signed the token.';
}

const CHECK: Readonly<Record<ProofState, string>> = {
  proven:
    'The backend compared cnf with the certificate of the connection, so at this backend a stolen token is useless without the private key.',
  unchecked:
    'The backend did not compare cnf with the certificate of the connection, so anyone with a stolen token can use it.',
  silent: 'The backend does not say whether it compared cnf with the certificate of the connection.',
  unbound: 'The backend says that it found no cnf to compare, so anyone with a stolen token can use it.',
  contradictory:
    'The answer of the backend contradicts itself or what this app knows, so this page proves nothing.',
};
