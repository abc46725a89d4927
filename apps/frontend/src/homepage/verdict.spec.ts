import { describe, expect, it } from 'vitest';
import type { HomepageVisit } from './homepage.service.js';
import type { Proof, ProofState } from './proof-state.js';
import { renderVerdict } from './verdict.js';

const PROOF: Proof = { cnf: 'a', thumbprint: 'a', matches: true, verified: 'verified' };

function verdict(proof: Partial<Proof>, state: ProofState): string {
  const visit = { homepage: { proof: { ...PROOF, ...proof } }, own: { cnf: 'a', usesTls: true }, state };
  return String(renderVerdict(visit as HomepageVisit, 'X509_GENERATED'));
}

describe('the verdict', () => {
  it('marks equal and different thumbprints', () => {
    expect(verdict({}, 'proven').match(/<code class="\w+/g)).toEqual(Array(2).fill('<code class="same'));
    const different = verdict({ cnf: 'b', matches: false }, 'contradictory');
    expect(different.match(/<code class="\w+/g)).toEqual(Array(2).fill('<code class="different'));
  });

  it('is good only if the backend verified the proof', () => {
    const states: ProofState[] = ['proven', 'unchecked', 'silent', 'unbound', 'contradictory'];
    expect(states.filter((state) => verdict({}, state).includes('verdict good'))).toEqual(['proven']);
  });

  it('speaks of our certificate only if this app has one', () => {
    const title = (thumbprint: string | null) =>
      verdict({ cnf: 'b', thumbprint, matches: false }, 'contradictory');
    expect(title('a')).toContain('is not proven to belong to our certificate');
    expect(title(null)).toContain('proves nothing about the token');
    expect(title(null)).not.toContain('belong to our certificate');
  });
});
