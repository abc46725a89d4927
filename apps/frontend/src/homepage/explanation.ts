import type { CredentialType } from 'nest-ias';
import type { AppDescription } from './app-description.js';
import { html } from './html.js';
import type { Html } from './html.js';
import type { Homepage } from './homepage.service.js';

/** How the tenant identifies this app, and who can know the secret part. */
const IDENTIFICATION: Readonly<Record<CredentialType, string>> = {
  X509_GENERATED:
    'There is no password: the tenant identifies this app by its certificate. The platform generated the private key and put it into the binding, so developers of the space can read it there.',
  X509_PROVIDED:
    'There is no password: the tenant identifies this app by its certificate. The private key was provided to this app and is not in the binding.',
  X509_ATTESTED:
    'There is no password: the tenant identifies this app by its certificate. The private key was provided to this app and is not in the binding.',
  SECRET:
    'The tenant identifies this app by a client secret, which is a password: anyone who reads it can get tokens in the name of this app.',
  NONE: 'The binding has no credentials, so this app cannot get tokens.',
};

/** Explains in four sentences why the call is secure, or why it is not. Each follows from the values of this call. */
export function renderExplanation({ proof }: Homepage, { credentialType }: AppDescription): Html {
  const isSecure = proof.matches && proof.verified === 'verified';
  return html`<h2>${isSecure ? 'Why this is secure' : 'Why this is not as secure as it can be'}</h2>
    <ol>
      <li>${IDENTIFICATION[credentialType]}</li>
      <li>${binding(proof)}</li>
      <li>${check(proof)}</li>
      <li>
        This page contains no secret: certificates and thumbprints are public, and it shows neither the token
        nor the key.
      </li>
    </ol>`;
}

function binding({ cnf, matches }: Homepage['proof']): string {
  if (cnf === null) return 'The tenant did not bind the token to a certificate: it has no cnf.';
  return matches
    ? 'The tenant wrote the thumbprint of our certificate into the token (cnf) and signed it.'
    : 'The tenant wrote the thumbprint of another certificate into the token (cnf) and signed it.';
}

function check({ verified }: Homepage['proof']): string {
  switch (verified) {
    case 'verified':
      return 'The backend compared cnf with the certificate of the connection, so a stolen token is useless without the private key.';
    case 'unchecked':
      return 'The backend did not compare cnf with the certificate of the connection, so a stolen token is as good as ours.';
    case 'unbound':
      return 'The backend had nothing to compare, so a stolen token is as good as ours.';
    case null:
      return 'The backend does not say whether it compared cnf with the certificate of the connection.';
  }
}
