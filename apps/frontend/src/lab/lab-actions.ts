interface Action {
  /** Label of the button. */
  readonly label: string;
  /** What the app sends. */
  readonly sent: string;
  /** What a success means. */
  readonly success: string;
  /** Whether it replays the token as a thief would. */
  readonly isReplay: boolean;
}

const replay = (label: string, sent: string): Action => ({
  label,
  sent: `GET /endpoint of the backend with our access token, ${sent}`,
  success: '',
  isReplay: true,
});

const step = (label: string, sent: string, success: string): Action => ({
  label,
  sent,
  success,
  isReplay: false,
});

/** Everything that the lab can do, by its path below `/lab/`. */
export const LAB_ACTIONS = {
  'replay-without-certificate': replay(
    'Replay the token without a certificate',
    'on a connection without a client certificate',
  ),
  'replay-with-other-certificate': replay(
    'Replay the token with another certificate',
    'on a connection with another certificate of the same authority',
  ),
  'replay-with-forged-header': replay(
    'Replay the token with a forged header',
    'without a client certificate, but with our certificate in a forged x-forwarded-client-cert header',
  ),
  'fresh-token': step(
    'Get a fresh token',
    'POST /oauth2/token to the tenant, with our certificate or secret',
    'The tenant issued a new token, which is in use now.',
  ),
  'rotate-certificate': step(
    'Rotate the certificate',
    'POST /rotations to the landscape',
    'This app uses its new credentials. The previous ones stay valid until the next rotation.',
  ),
  'revoke-certificate': step(
    'Revoke the certificate',
    'POST /revocations to the landscape',
    'The tenant rejects our certificate from now on. Tokens that it issued before stay valid until they expire.',
  ),
  'ias-down': step(
    'Take IAS down',
    'POST /faults to the landscape',
    'The tenant resets every connection. The token in the cache stays in use.',
  ),
  'ias-up': step('Bring IAS up', 'DELETE /faults to the landscape', 'The tenant answers again.'),
  reset: step(
    'Reset everything',
    'DELETE /faults, DELETE /locks and POST /rotations to the landscape',
    'Faults and locks are off, this app has new credentials, and forgot all failures of the tenant.',
  ),
} as const satisfies Record<string, Action>;

export type LabAction = keyof typeof LAB_ACTIONS;

export function isLabAction(name: string): name is LabAction {
  return Object.hasOwn(LAB_ACTIONS, name);
}

/** What an action sent, what it got, and why. */
export interface LabOutcome {
  readonly action: LabAction;
  readonly sent: string;
  readonly answer: LabAnswer;
  readonly why: string;
}

export interface LabAnswer {
  readonly status: number;
  /** Header `WWW-Authenticate`. */
  readonly challenge: string | null;
  /** Code of the problem details. */
  readonly code: string | null;
}
