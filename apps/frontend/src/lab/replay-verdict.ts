import type { RejectionCode } from 'nest-ias/internal';
import type { LabAction, LabCircumstances } from './lab-actions.js';
import type { LabAnswer } from './lab-outcome.js';
import type { ReplayAnswer } from './thief.js';

/** Codes with which the backend rejects a token because its sender does not prove to own it. */
type ProofCode = Extract<RejectionCode, `proof_${string}`>;

const REASONS: Readonly<Record<ProofCode, string>> = {
  proof_missing: 'The token is bound to our certificate, and the backend got no certificate.',
  proof_mismatch:
    'The token is bound to our certificate. The backend got another one, whose thumbprint differs from cnf.',
  proof_expired:
    'The token is bound to our certificate, and the certificate that the backend got has expired.',
  proof_required: 'The backend accepts only tokens that are bound to a certificate, and this one has no cnf.',
  proof_unsupported: 'The token is bound in a way that the backend does not support.',
};

const SUCCESSES = {
  verified:
    'The backend accepted the request: it says that it verified the proof, although the thief has no key.',
  unchecked:
    'The backend accepted the request: the proof is switched off at the backend (IAS_PROOF_OF_POSSESSION=off), so it accepts the token from anyone who has it.',
  unbound:
    'The backend accepted the request: the token has no cnf, so it is not bound to a certificate, and anyone who has it can use it.',
} as const;

/** How a replay ended. Only a missing or wrong proof shows that the certificate protects the token. */
export type ReplayResult = 'got in' | 'rejected by proof' | 'rejected otherwise' | 'undecided';

export function resultOf({ status, code }: LabAnswer): ReplayResult {
  if (status >= 200 && status < 300) return 'got in';
  if (status !== 401 && status !== 403) return 'undecided';
  return isProofCode(code) ? 'rejected by proof' : 'rejected otherwise';
}

/** Explains the answer of the backend to a replay: never more than the answer shows. */
export function explainReplay(
  action: LabAction,
  answer: ReplayAnswer,
  circumstances: LabCircumstances,
): string {
  const { code, proof } = answer;
  switch (resultOf(answer)) {
    case 'got in':
      return proof === null ? 'The backend accepted the token without our certificate.' : SUCCESSES[proof];
    case 'rejected by proof': {
      const reason = isProofCode(code) ? REASONS[code] : '';
      return code === 'proof_missing' ? `${reason} ${whyMissing(action, circumstances)}` : reason;
    }
    case 'rejected otherwise':
      return 'The backend rejected the token for a reason other than the proof, so this does not show that the certificate protects it. The code names the reason.';
    case 'undecided':
      return 'The backend neither accepted nor rejected the token; its status and code show why.';
  }
}

function whyMissing(action: LabAction, { backendUsesTls }: LabCircumstances): string {
  const isForged = action === 'replay-with-forged-header';
  if (!backendUsesTls) {
    return isForged
      ? 'The backend does not trust the forged header: without TLS, no router set it.'
      : 'Without TLS, a caller cannot present one.';
  }
  if (action === 'replay-with-other-certificate') {
    return 'The router did not ask for the other certificate, or did not pass it on.';
  }
  const noKey = 'The thief does not have our private key and cannot open a connection with our certificate.';
  return isForged ? `${noKey} The router removes the header that the thief sets.` : noKey;
}

function isProofCode(code: string | null): code is ProofCode {
  return code !== null && Object.hasOwn(REASONS, code);
}
