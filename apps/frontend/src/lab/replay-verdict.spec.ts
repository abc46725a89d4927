import { describe, expect, it } from 'vitest';
import type { LabAction } from './lab-actions.js';
import { explainReplay, resultOf } from './replay-verdict.js';
import type { ReplayAnswer } from './thief.js';

const HTTPS = { hasCertificate: true, backendUsesTls: true };
const HTTP = { hasCertificate: true, backendUsesTls: false };
const answer = (status: number, code: string | null = null, proof: ReplayAnswer['proof'] = null) => ({
  status,
  challenge: null,
  code,
  proof,
});

describe('resultOf', () => {
  it.each([
    [401, 'proof_missing', 'rejected by proof'],
    [401, 'proof_mismatch', 'rejected by proof'],
    [401, 'proof_required', 'rejected by proof'],
    [401, 'token_expired', 'rejected otherwise'],
    [401, null, 'rejected otherwise'],
    [401, 'constructor', 'rejected otherwise'],
    [401, 'proof_of_nothing', 'rejected otherwise'],
    [403, 'caller_not_allowed', 'rejected otherwise'],
    [200, 'proof_missing', 'got in'],
    [503, 'proof_missing', 'undecided'],
    [404, null, 'undecided'],
  ])('of status %i with code %s is "%s"', (status, code, result) => {
    expect(resultOf(answer(status, code))).toBe(result);
  });
});

describe('explainReplay', () => {
  it.each<[LabAction, typeof HTTP, RegExp]>([
    ['replay-without-certificate', HTTPS, /does not have our private key/],
    ['replay-with-other-certificate', HTTPS, /did not ask for the other certificate/],
    ['replay-with-forged-header', HTTPS, /router removes the header/],
    ['replay-without-certificate', HTTP, /Without TLS/],
    ['replay-with-other-certificate', HTTP, /Without TLS/],
    ['replay-with-forged-header', HTTP, /does not trust the forged header/],
  ])('explains proof_missing of %s with %j', (action, circumstances, text) => {
    const why = explainReplay(action, answer(401, 'proof_missing'), circumstances);
    expect(why).toMatch(text);
    // only where a header was forged, and a router was in between
    const names = /router removes/.test(why);
    expect(names).toBe(action === 'replay-with-forged-header' && circumstances.backendUsesTls);
  });

  it('credits the proof with nothing if the token was rejected for another reason', () => {
    const why = explainReplay('replay-without-certificate', answer(401, 'token_expired'), HTTPS);
    expect(why).toContain('a reason other than the proof');
  });

  it.each([
    ['unchecked', 'IAS_PROOF_OF_POSSESSION=off'],
    ['unbound', 'the token has no cnf'],
    ['verified', 'although the thief has no key'],
    [null, 'without our certificate'],
  ] as const)('says why the thief got in with proof %s', (proof, text) => {
    expect(explainReplay('replay-without-certificate', answer(200, null, proof), HTTPS)).toContain(text);
  });
});
