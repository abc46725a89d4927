import type { ReplayAnswer } from './thief.js';

const REASONS: Readonly<Record<string, string>> = {
  proof_missing:
    'The token is bound to our certificate, and the backend got no certificate from the router. The thief does not have our private key and cannot open a connection with our certificate. The router removes the header that the thief sets.',
  proof_mismatch:
    'The token is bound to our certificate. The connection presented another one, whose thumbprint differs from cnf.',
  proof_required: 'The backend accepts only tokens that are bound to a certificate, and this one has no cnf.',
};

const SUCCESSES: Readonly<Record<string, string>> = {
  unchecked:
    'The thief got in: the proof is switched off at the backend (IAS_PROOF_OF_POSSESSION=off), so it accepts the token from anyone who has it.',
  unbound:
    'The thief got in: the token has no cnf, so it is not bound to a certificate, and anyone who has it can use it.',
};

/** Explains the answer of the backend to a replay: never more than the answer shows. */
export function explainReplay({ status, code, proof }: ReplayAnswer): string {
  if (status >= 200 && status < 300) {
    return (
      SUCCESSES[proof ?? ''] ?? 'The thief got in: the backend accepted the token without our certificate.'
    );
  }
  return (
    REASONS[code ?? ''] ??
    'The backend did not accept the request, for another reason than the missing proof; its status and code say which.'
  );
}
