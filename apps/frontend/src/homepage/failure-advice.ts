import type { CredentialType, DownstreamErrorCode, FailureProblem, TokenRequestErrorCode } from 'nest-ias';
import type { RejectionCode } from 'nest-ias/internal';
import { CREDENTIAL, NEW_CREDENTIALS } from './credential-advice.js';

/** What the page says about a failure: what failed, and what the reader can do. */
export interface FailureAdvice {
  readonly title: string;
  readonly steps: readonly string[];
}

/** Codes with which the backend rejects the proof of possession. */
type ProofCode = Extract<RejectionCode, `proof_${string}`>;

type Text = string | ((type: CredentialType) => string);

/** Advice whose texts can depend on the credential type. */
interface AdviceTemplate {
  readonly title: Text;
  readonly steps: readonly Text[];
}

const WAIT = 'Wait a moment and try again.';
const LOGS_OF_BACKEND = 'Search the log of the backend for the correlation ID below.';
const CHECK_BACKEND_URL = 'Check that BACKEND_URL is the URL of the backend.';
const CHECK_BINDING_URL = 'Check url in the binding: it must be the URL of your IAS tenant.';
const GET_NEW_CREDENTIALS = (type: CredentialType) => NEW_CREDENTIALS[type];
const CAUSE_IN_THIS_APP = 'This is a bug in this app. Report it with the code and the correlation ID.';

const ADVICE: Readonly<Record<TokenRequestErrorCode | DownstreamErrorCode, AdviceTemplate>> = {
  token_endpoint_unreachable: {
    title: 'IAS is unreachable',
    steps: [
      'Check that the tenant exists and answers: open url of the binding in a browser.',
      'Check the network of this app: a proxy, a firewall or a network policy may block it.',
    ],
  },
  token_endpoint_overloaded: {
    title: 'IAS is overloaded',
    steps: [
      'Wait for the time that IAS asked for, then try again.',
      'Check whether another app sends many token requests.',
    ],
  },
  token_endpoint_unavailable: {
    title: 'IAS reported an error',
    steps: [WAIT, 'Check the status page of SAP Cloud Identity Services.'],
  },
  token_endpoint_circuit_open: {
    title: 'IAS failed several times, so this app pauses',
    steps: ['Wait five seconds and try again.', 'Check that the tenant exists and answers.'],
  },
  client_cooling_down: {
    title: 'IAS refused this app, so this app pauses',
    steps: [GET_NEW_CREDENTIALS, 'Otherwise wait: IAS locks an application after five refusals.'],
  },
  token_endpoint_timeout: {
    title: 'IAS did not answer in time',
    steps: [WAIT, 'Check the network of this app.'],
  },
  token_endpoint_untrusted: {
    title: 'The server that answered is not your IAS tenant',
    steps: [CHECK_BINDING_URL, 'If a proxy intercepts TLS, exempt the host of the tenant.'],
  },
  token_endpoint_redirected: {
    title: 'The URL in the binding is not a tenant of IAS',
    steps: [CHECK_BINDING_URL],
  },
  client_rejected: {
    title: (type) => `IAS refused the ${CREDENTIAL[type]} or the client of this app`,
    steps: [GET_NEW_CREDENTIALS, 'Check that the binding and the application in IAS still exist.'],
  },
  assertion_rejected: {
    title: 'IAS refused the token of the user',
    steps: ['Ask the user to log on again.'],
  },
  token_request_rejected: {
    title: 'IAS refused the token request',
    steps: [
      'Check the grant types and dependencies of the application in the administration console of IAS.',
    ],
  },
  token_response_too_large: { title: 'The response from IAS is unusable', steps: [CHECK_BINDING_URL] },
  token_response_malformed: { title: 'The response from IAS is unusable', steps: [CHECK_BINDING_URL] },
  token_type_unsupported: { title: 'The response from IAS is unusable', steps: [CHECK_BINDING_URL] },
  token_not_bound: {
    title: 'The token of IAS belongs to another certificate',
    steps: ['Look for a proxy between this app and IAS that presents its own certificate.'],
  },
  token_request_aborted: { title: 'The token request was cancelled', steps: ['Try again.'] },
  downstream_unreachable: {
    title: 'The backend is unreachable',
    steps: [
      'Check that the backend runs.',
      CHECK_BACKEND_URL,
      'Check that the route is mapped to the backend.',
    ],
  },
  downstream_overloaded: { title: 'The backend is overloaded', steps: [WAIT, LOGS_OF_BACKEND] },
  downstream_timeout: { title: 'The backend did not answer in time', steps: [WAIT, LOGS_OF_BACKEND] },
  downstream_untrusted: {
    title: 'The server that answered is not the router of the backend',
    steps: [
      CHECK_BACKEND_URL,
      'If the router has a certificate from your own authority, add that authority to IAS_CA_FILE.',
    ],
  },
  downstream_rejected: {
    title: 'The backend refused the call',
    steps: ['Check that both apps are bound to the same identity instance.', LOGS_OF_BACKEND],
  },
  downstream_failed: { title: 'The backend reported an error', steps: [LOGS_OF_BACKEND, CHECK_BACKEND_URL] },
  downstream_malformed: {
    title: 'The response from the backend is unusable',
    steps: [CHECK_BACKEND_URL, LOGS_OF_BACKEND],
  },
  downstream_aborted: { title: 'The call was cancelled', steps: ['Try again.'] },
  downstream_request_invalid: {
    title: 'This app tried to send an invalid request',
    steps: [CAUSE_IN_THIS_APP],
  },
  downstream_forbidden_target: {
    title: 'This app tried to call an address that it must not call',
    steps: [CAUSE_IN_THIS_APP],
  },
};

/** What to do where the tenant is the local landscape, before everything else. */
const LOCAL_STEPS: Readonly<Partial<Record<keyof typeof ADVICE, Text>>> = {
  token_endpoint_unreachable:
    'Press “Bring IAS up” in the lab. If the landscape has ended or was restarted, start everything again with npm start: a new landscape can have other addresses.',
  token_endpoint_unavailable: 'Press “Bring IAS up” in the lab.',
  token_endpoint_circuit_open: 'Press “Bring IAS up” in the lab.',
  token_endpoint_untrusted:
    'If the landscape was restarted, it has a new certificate authority: restart this app, too.',
  client_rejected: (type) =>
    `Press “Reset everything” in the lab: it gives this app a new ${CREDENTIAL[type]}. If the landscape was restarted, it does not know this app any more: restart this app.`,
  client_cooling_down: (type) =>
    `Press “Reset everything” in the lab: it gives this app a new ${CREDENTIAL[type]}.`,
  downstream_unreachable:
    'If the landscape or the backend has ended, or the landscape was restarted, start everything again with npm start: a new landscape can have other addresses.',
  downstream_untrusted:
    'If the landscape was restarted, its router has a certificate from a new authority: restart this app, too.',
  downstream_rejected:
    'If the landscape was restarted, this app still has a token of the previous one: restart this app, too.',
};

/** Where the backend says why it rejected the token: what to do about exactly that. */
const PROOF_ADVICE: Readonly<Record<ProofCode, AdviceTemplate>> = {
  proof_missing: {
    title: 'The backend got no certificate',
    steps: [
      'Check that BACKEND_URL is the .cert. host. Only there does the router (on Kyma, the gateway) ask for the certificate and pass it on.',
      'If the URL is right, check IAS_TRUSTED_CERT_HOSTS of the backend, and look for a proxy between this app and the router.',
    ],
  },
  proof_mismatch: {
    title: 'The backend got a certificate that the token is not bound to',
    steps: [
      'Check that no proxy between this app and the router presents its own certificate.',
      'Check IAS_CERTIFICATE_HOPS of the backend: behind a sidecar, as on Kyma, it is 2.',
    ],
  },
  proof_required: {
    title: 'The backend accepts only tokens that are bound to a certificate',
    steps: [
      (type) =>
        type === 'SECRET'
          ? 'This app has a client secret, and IAS binds no token to it. Create the binding again with credential-type X509_GENERATED.'
          : 'The token of this app is bound to no certificate: look for a proxy between this app and IAS.',
    ],
  },
  proof_expired: {
    title: 'The backend says that the certificate of this app has expired or is not valid yet',
    steps: [GET_NEW_CREDENTIALS, 'Check the clock of the backend.'],
  },
  proof_unsupported: {
    title: 'The backend does not support the binding of this token',
    steps: [CHECK_BACKEND_URL, LOGS_OF_BACKEND],
  },
};

const FORBIDDEN: AdviceTemplate = {
  title: 'The backend accepted the token, but it lacks a permission',
  steps: [
    'Find the permission that the backend wants: its log names it, at the correlation ID below.',
    'Check ias_apis of the token. An app gets the APIs of another one through a dependency in IAS and the option resource.',
  ],
};

const EXPIRED: AdviceTemplate = {
  title: 'The certificate of this app has expired',
  steps: [GET_NEW_CREDENTIALS, 'Rotate certificates before they expire: the documentation describes how.'],
};

export interface FailureCircumstances {
  readonly credentialType: CredentialType;
  /** Status of the HTTP answer that the failure is about. */
  readonly status?: number | undefined;
  /** Code of the problem details of the backend. */
  readonly problemCode?: string | undefined;
  readonly isCertificateExpired: boolean;
  readonly isLandscape: boolean;
}

/** Says what failed, and what to do about it. */
export function adviseOn(code: FailureProblem['code'], circumstances: FailureCircumstances): FailureAdvice {
  const { credentialType, isLandscape } = circumstances;
  const { title, steps } = templateOf(code, circumstances);
  const local = isLandscape && mayBeLocal(circumstances) ? LOCAL_STEPS[code] : undefined;
  const resolve = (text: Text) => (typeof text === 'string' ? text : text(credentialType));
  return { title: resolve(title), steps: [...(local === undefined ? [] : [local]), ...steps].map(resolve) };
}

function templateOf(
  code: FailureProblem['code'],
  { status, problemCode, isCertificateExpired }: FailureCircumstances,
): AdviceTemplate {
  if (isProofCode(problemCode)) return PROOF_ADVICE[problemCode];
  if (code === 'downstream_rejected' && status === 403) return FORBIDDEN;
  if (isCertificateExpired && (code === 'client_rejected' || code === 'client_cooling_down')) return EXPIRED;
  return ADVICE[code];
}

/** A backend that rejects a token of a previous landscape names the token, or nothing. */
function mayBeLocal({ status, problemCode }: FailureCircumstances): boolean {
  if (status === 403) return false;
  return problemCode === undefined || problemCode.startsWith('token_');
}

function isProofCode(code: string | undefined): code is ProofCode {
  return code !== undefined && Object.hasOwn(PROOF_ADVICE, code);
}
