import { AccessToken } from 'nest-ias';
import type { CredentialType } from 'nest-ias';
import { describe, expect, it } from 'vitest';
import { renderExplanation } from './explanation.js';
import type { HomepageVisit } from './homepage.service.js';
import type { ProofState } from './proof-state.js';

const token = new AccessToken({
  value: 'opaque',
  obtainedAt: 0,
  receivedAt: 0,
  expiresAt: 60_000,
  agent: undefined as never,
  certificateThumbprint: 'ours',
});

function explain(
  cnf: string | null | undefined,
  state: ProofState = 'proven',
  credentialType: CredentialType = 'X509_GENERATED',
): string {
  const visit = { token, own: { cnf, usesTls: true }, state } as HomepageVisit;
  return String(renderExplanation(visit, { credentialType } as Parameters<typeof renderExplanation>[1]));
}

describe('the explanation', () => {
  it.each([
    ['ours', 'the thumbprint of our certificate'],
    ['theirs', 'the thumbprint of another certificate'],
    [null, 'The tenant did not bind the token'],
    [undefined, 'Only the tenant can read the token'],
  ])('says what the token with cnf %s is bound to, and nothing else', (cnf, sentence) => {
    const sentences = [
      'the thumbprint of our certificate',
      'the thumbprint of another certificate',
      'The tenant did not bind the token',
      'Only the tenant can read the token',
    ];
    const page = explain(cnf);
    expect(sentences.filter((text) => page.includes(text))).toEqual([sentence]);
  });

  it.each([
    ['proven', 'is useless without the private key', 'Why this is secure'],
    ['unchecked', 'did not compare cnf', 'Why this is not as secure as it can be'],
    ['silent', 'does not say whether it compared cnf', 'Why this is not as secure as it can be'],
    ['unbound', 'found no cnf to compare', 'Why this is not as secure as it can be'],
    ['contradictory', 'contradicts itself', 'Why this is not as secure as it can be'],
  ] as const)('says what the backend did: %s', (state, sentence, heading) => {
    const page = explain('ours', state);
    expect(page).toContain(sentence);
    expect(page).toContain(`<h2>${heading}</h2>`);
  });

  it.each([
    ['X509_GENERATED', 'The platform generated the private key'],
    ['X509_PROVIDED', 'The private key was provided'],
    ['X509_ATTESTED', 'The private key was provided'],
    ['SECRET', 'by a client secret, which is a password'],
    ['NONE', 'has no credentials'],
  ] as const)('says how the tenant identifies an app with %s', (credentialType, sentence) => {
    expect(explain('ours', 'proven', credentialType)).toContain(sentence);
  });
});
