import type { PossessionProof } from 'nest-ias';

/** Whether the token belongs to our certificate. */
export interface Proof {
  /** Thumbprint that the token is bound to, as reported by the backend: claim `cnf["x5t#S256"]`. */
  readonly cnf: string | null;
  /** Thumbprint of the certificate in use; null if the binding has a client secret instead. */
  readonly thumbprint: string | null;
  readonly matches: boolean;
  /** What the backend checked; null if it says nothing that we know. */
  readonly verified: PossessionProof | null;
}

/**
 * What the answer of the backend proves, all its parts together:
 * - `proven`: it verified that the token is bound to our certificate;
 * - `unchecked`: the token is bound to our certificate, and the backend did not check that;
 * - `silent`: the token is bound to our certificate, and the backend does not say what it checked;
 * - `unbound`: it says that the token has no `cnf`;
 * - `contradictory`: the parts of its answer do not fit together, or not to what this app knows.
 */
export type ProofState = 'proven' | 'unchecked' | 'silent' | 'unbound' | 'contradictory';

/** What this app knows without the backend. */
export interface OwnKnowledge {
  /** Thumbprint in our token; `null` if it has none, `undefined` if only the tenant can read the token. */
  readonly cnf: string | null | undefined;
  /** Whether the call used TLS. Without it, this app presented no certificate. */
  readonly usesTls: boolean;
}

export function proofStateOf(proof: Proof, own: OwnKnowledge): ProofState {
  if (contradictionIn(proof, own) !== undefined) return 'contradictory';
  if (proof.cnf === null) return 'unbound';
  if (proof.verified === 'verified') return 'proven';
  return proof.verified === 'unchecked' ? 'unchecked' : 'silent';
}

/** Says what does not fit in the answer of the backend; `undefined` if everything fits. */
export function contradictionIn({ cnf, matches, verified }: Proof, own: OwnKnowledge): string | undefined {
  if (cnf === null && verified === 'verified') {
    return 'The backend says that it checked the proof, but its response contains no cnf.';
  }
  if (own.cnf !== undefined && own.cnf !== cnf) {
    return own.cnf === null
      ? 'The backend names a cnf, but our token has none.'
      : cnf === null
        ? 'The response of the backend contains no cnf, but our token has one.'
        : 'The backend names a cnf that differs from the one in our token.';
  }
  if (cnf === null) return undefined;
  if (!matches)
    return 'The cnf that the backend names differs from the thumbprint of the certificate in use.';
  if (verified === 'unbound') {
    return 'The backend says that the token is not bound to a certificate, although it names a cnf.';
  }
  if (verified === 'verified' && !own.usesTls) {
    return 'The backend says that it checked our certificate, but this app called it without TLS and presented none.';
  }
  return undefined;
}
