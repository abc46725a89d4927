import type { DownstreamErrorCode, FailureProblem, TokenRequestErrorCode } from 'nest-ias';

/** What the page says about a failure: what failed, and what the reader can do. */
export interface FailureAdvice {
  readonly title: string;
  readonly steps: readonly string[];
}

const WAIT = 'Wait a moment and try again.';
const LOGS_OF_BACKEND = 'Read the log of the backend: look for the correlation ID below.';
const CHECK_BACKEND_URL = 'Check that BACKEND_URL is the URL of the backend.';
const CHECK_BINDING_URL = 'Check url in the binding: it must be the URL of your tenant of IAS.';
const BIND_AGAIN =
  'Bind the identity instance to this app again to get a new certificate, then restage the app.';
const CAUSE_IN_THIS_APP = 'This is a defect of this app. Report it with the code and the correlation ID.';

const ADVICE: Readonly<Record<TokenRequestErrorCode | DownstreamErrorCode, FailureAdvice>> = {
  token_endpoint_unreachable: {
    title: 'IAS is unreachable',
    steps: [
      'Check that the tenant exists and answers: open url of the binding in a browser.',
      'Check the network of this app: a proxy or a firewall can block the way.',
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
    title: 'IAS has a failure',
    steps: [WAIT, 'Check the status page of SAP Cloud Identity Services.'],
  },
  token_endpoint_circuit_open: {
    title: 'IAS failed several times, so this app pauses',
    steps: ['Wait five seconds and try again.', 'Check that the tenant exists and answers.'],
  },
  client_cooling_down: {
    title: 'IAS refused this app, so this app pauses',
    steps: [BIND_AGAIN, 'Otherwise wait: IAS locks an application after five refusals.'],
  },
  token_endpoint_timeout: {
    title: 'IAS did not answer in time',
    steps: [WAIT, 'Check the network of this app.'],
  },
  token_endpoint_untrusted: {
    title: 'The server that answered is not your tenant of IAS',
    steps: [CHECK_BINDING_URL, 'If a proxy opens TLS connections, let it leave those to IAS alone.'],
  },
  token_endpoint_redirected: {
    title: 'The URL in the binding is not a tenant of IAS',
    steps: [CHECK_BINDING_URL],
  },
  client_rejected: {
    title: 'IAS refused the certificate or the client of this app',
    steps: [BIND_AGAIN, 'Check that the binding and the application in IAS still exist.'],
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
  token_response_too_large: { title: 'The answer of IAS makes no sense', steps: [CHECK_BINDING_URL] },
  token_response_malformed: { title: 'The answer of IAS makes no sense', steps: [CHECK_BINDING_URL] },
  token_type_unsupported: { title: 'The answer of IAS makes no sense', steps: [CHECK_BINDING_URL] },
  token_not_bound: {
    title: 'The token of IAS belongs to another certificate',
    steps: ['Look for a proxy between this app and IAS that presents its own certificate.'],
  },
  token_request_aborted: { title: 'The token request was given up', steps: ['Try again.'] },
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
      'If the router has a certificate of your own authority, name it in IAS_CA_FILE.',
    ],
  },
  downstream_rejected: {
    title: 'The backend refused the call',
    steps: ['Check that both apps are bound to the same identity instance.', LOGS_OF_BACKEND],
  },
  downstream_failed: { title: 'The backend has a failure', steps: [LOGS_OF_BACKEND, CHECK_BACKEND_URL] },
  downstream_malformed: {
    title: 'The answer of the backend makes no sense',
    steps: [CHECK_BACKEND_URL, LOGS_OF_BACKEND],
  },
  downstream_aborted: { title: 'The call was given up', steps: ['Try again.'] },
  downstream_request_invalid: {
    title: 'This app made a call that cannot be sent',
    steps: [CAUSE_IN_THIS_APP],
  },
  downstream_forbidden_target: {
    title: 'This app made a call to a place that it must not call',
    steps: [CAUSE_IN_THIS_APP],
  },
};

/** What to do where the tenant is the local landscape, before everything else. */
const LOCAL_STEPS: Readonly<Partial<Record<keyof typeof ADVICE, string>>> = {
  token_endpoint_unreachable:
    'Bring IAS up with the button below. If the landscape has ended, start it again with npm start.',
  token_endpoint_unavailable: 'Bring IAS up with the button below.',
  token_endpoint_circuit_open: 'Bring IAS up with the button below.',
  token_endpoint_untrusted:
    'If the landscape was restarted, it has a new certificate authority: restart this app, too.',
  client_rejected:
    'Reset everything with the button below. If the landscape was restarted, it does not know this app any more: restart this app.',
  client_cooling_down: 'Reset everything with the button below: it gives this app a new certificate.',
  downstream_unreachable: 'If the landscape or the backend has ended, start them again with npm start.',
};

/** The call reached the backend without a certificate. */
const PLAIN_HOST: FailureAdvice = {
  title: 'The backend got no certificate',
  steps: [
    'Is BACKEND_URL the .cert. host? Only there the router asks for the certificate and passes it on.',
    'If the URL is right, check that there is no proxy between this app and the router.',
  ],
};

const EXPIRED: FailureAdvice = {
  title: 'The certificate of this app has expired',
  steps: [BIND_AGAIN, 'Rotate certificates before they expire: the documentation says how.'],
};

export interface FailureCircumstances {
  /** Code of the problem details of the backend. */
  readonly problemCode?: string | undefined;
  readonly isCertificateExpired: boolean;
  readonly isLandscape: boolean;
}

/** Says what failed, and what to do about it. */
export function adviseOn(code: FailureProblem['code'], circumstances: FailureCircumstances): FailureAdvice {
  const { problemCode, isCertificateExpired, isLandscape } = circumstances;
  if (problemCode === 'proof_missing') return PLAIN_HOST;
  if (isCertificateExpired && (code === 'client_rejected' || code === 'client_cooling_down')) return EXPIRED;
  const advice = ADVICE[code];
  const local = isLandscape ? LOCAL_STEPS[code] : undefined;
  return local === undefined ? advice : { ...advice, steps: [local, ...advice.steps] };
}
