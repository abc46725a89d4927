import { describe, expect, it } from 'vitest';
import { contradictionIn, proofStateOf } from './proof-state.js';
import type { OwnKnowledge, Proof } from './proof-state.js';

const PROOF: Proof = { cnf: 'ours', thumbprint: 'ours', matches: true, verified: 'verified' };
const OWN: OwnKnowledge = { cnf: 'ours', usesTls: true };
const SECRET = { cnf: null, thumbprint: null, matches: false } as const;

describe('proofStateOf', () => {
  it.each<[string, Partial<Proof>, Partial<OwnKnowledge>]>([
    ['proven', {}, {}],
    ['proven', {}, { cnf: undefined }],
    ['unchecked', { verified: 'unchecked' }, {}],
    ['unchecked', { verified: 'unchecked' }, { usesTls: false }],
    ['silent', { verified: null }, {}],
    ['unbound', { ...SECRET, verified: 'unbound' }, { cnf: null }],
    ['unbound', { ...SECRET, verified: 'unchecked' }, { cnf: null }],
    ['unbound', { ...SECRET, verified: null }, { cnf: undefined }],
  ])('is %s for %j, if this app knows %j', (state, proof, own) => {
    expect(proofStateOf({ ...PROOF, ...proof }, { ...OWN, ...own })).toBe(state);
  });

  it.each<[string, Partial<Proof>, Partial<OwnKnowledge>]>([
    ['contains no cnf', { cnf: null, matches: false }, { cnf: null }],
    ['contains no cnf, but our token has one', { cnf: null, matches: false, verified: 'unbound' }, {}],
    ['names a cnf, but our token has none', {}, { cnf: null }],
    ['names a cnf that differs from the one in our token', { cnf: 'foreign', matches: false }, {}],
    ['differs from the thumbprint', { cnf: 'foreign', matches: false }, { cnf: undefined }],
    ['is not bound to a certificate, although', { verified: 'unbound' }, {}],
    ['without TLS and presented none', {}, { usesTls: false }],
  ])('is contradictory if the backend %s', (reason, proof, own) => {
    expect(contradictionIn({ ...PROOF, ...proof }, { ...OWN, ...own })).toContain(reason);
    expect(proofStateOf({ ...PROOF, ...proof }, { ...OWN, ...own })).toBe('contradictory');
  });
});
