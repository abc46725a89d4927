/** What the exact texts depend on. */
export interface LabCircumstances {
  /** Whether this app has a certificate, and not a client secret. */
  readonly hasCertificate: boolean;
  /** Whether the URL of the backend is https. */
  readonly backendUsesTls: boolean;
}

type Text = string | ((circumstances: LabCircumstances) => string);

interface Action {
  /** Label of the button. */
  readonly label: string;
  /** What the app sends. */
  readonly sent: Text;
  /** What a success means. */
  readonly success: Text;
  /** Whether it replays the token as a thief would. */
  readonly isReplay: boolean;
}

const replay = (label: string, how: (circumstances: LabCircumstances) => string): Action => ({
  label,
  sent: (circumstances) => `GET /endpoint of the backend with our access token, ${how(circumstances)}`,
  success: '',
  isReplay: true,
});

const step = (label: string, sent: Text, success: Text): Action => ({
  label,
  sent,
  success,
  isReplay: false,
});

const credential = ({ hasCertificate }: LabCircumstances) =>
  hasCertificate ? 'certificate' : 'client secret';

/** Everything that the lab can do, by its path below `/lab/`. */
export const LAB_ACTIONS = {
  'replay-without-certificate': replay('Replay the token without a certificate', ({ backendUsesTls }) =>
    backendUsesTls ? 'on a connection without a client certificate' : 'on a connection without TLS',
  ),
  'replay-with-other-certificate': replay(
    'Replay the token with another certificate',
    ({ backendUsesTls }) =>
      backendUsesTls
        ? 'on a connection that offers another certificate of the same authority'
        : 'on a connection without TLS, so it could not offer another certificate',
  ),
  'replay-with-forged-header': replay(
    'Replay the token with a forged header',
    ({ hasCertificate, backendUsesTls }) =>
      `on a connection without ${backendUsesTls ? 'a client certificate' : 'TLS'}, but with ` +
      `${hasCertificate ? 'our' : 'a'} certificate in a forged x-forwarded-client-cert header`,
  ),
  'fresh-token': step(
    'Get a fresh token',
    (circumstances) => `POST /oauth2/token to the tenant, with our ${credential(circumstances)}`,
    'The tenant issued a new token, which is in use now.',
  ),
  'rotate-certificate': step(
    'Rotate the certificate',
    'POST /rotations to the landscape',
    (circumstances) =>
      `This app uses a new ${credential(circumstances)}, without a restart. The previous one stays valid until the next rotation.`,
  ),
  'revoke-certificate': step(
    'Revoke the certificate',
    'POST /revocations to the landscape',
    'The tenant rejects our certificate from now on. Tokens that it issued before stay valid until they expire.',
  ),
  'ias-down': step(
    'Take IAS down',
    'POST /faults to the landscape',
    'The tenant resets every connection. A token in the cache stays in use until it expires.',
  ),
  'ias-up': step('Bring IAS up', 'DELETE /faults to the landscape', 'The tenant answers again.'),
  reset: step(
    'Reset everything',
    'DELETE /faults, DELETE /locks and POST /rotations to the landscape',
    (circumstances) =>
      `Faults and locks are cleared. This app has a new ${credential(circumstances)} and no longer counts earlier failures.`,
  ),
} as const satisfies Record<string, Action>;

export type LabAction = keyof typeof LAB_ACTIONS;

export function isLabAction(name: string): name is LabAction {
  return Object.hasOwn(LAB_ACTIONS, name);
}

/** The text `sent` or `success` of an action. */
export function textOf(action: LabAction, what: 'sent' | 'success', circumstances: LabCircumstances): string {
  const text: Text = LAB_ACTIONS[action][what];
  return typeof text === 'string' ? text : text(circumstances);
}
