import type { Application } from '../tenant/application.js';
import { OAuthError } from '../tenant/oauth-error.js';
import { resolveResources, type TokenAudience } from '../tenant/resource-resolver.js';
import { isRedirectAllowed } from './redirect-uris.js';

/** A valid authorization request (RFC 6749 §4.1.1, OpenID Connect Core §3.1.2.1). */
export interface AuthorizationRequest {
  readonly application: Application;
  readonly redirectUri: string;
  readonly state: string | undefined;
  readonly scope: readonly string[];
  readonly nonce: string | undefined;
  /** S256 challenge of PKCE (RFC 7636 §4.3). */
  readonly codeChallenge: string | undefined;
  readonly prompt: readonly string[];
  readonly audience: TokenAudience;
  readonly appTid: string | undefined;
  /** The parameters, for the form of the login page. */
  readonly parameters: readonly (readonly [name: string, value: string])[];
}

/** The request is invalid, and the application gets the error at its redirect URI. */
export class RedirectedError extends Error {
  /** @param code of RFC 6749 §4.1.2.1 or OpenID Connect Core §3.1.2.6 */
  constructor(
    readonly code: string,
    description: string,
    readonly redirectUri: string,
    readonly state: string | undefined,
  ) {
    super(description);
  }
}

/** The application or its redirect URI is unknown, so only the user gets the error. */
export class UnredirectableError extends Error {}

const PARAMETERS = [
  'response_type',
  'response_mode',
  'client_id',
  'redirect_uri',
  'state',
  'scope',
  'nonce',
  'code_challenge',
  'code_challenge_method',
  'prompt',
  'resource',
  'app_tid',
];
/** RFC 7636 §4.2: base64url of a SHA-256. */
const CHALLENGE = /^[\w-]{43}$/;

/**
 * Reads an authorization request.
 * @throws {UnredirectableError} if the application or its redirect URI is unknown
 * @throws {RedirectedError} if anything else is invalid
 */
export function readAuthorizationRequest(
  query: URLSearchParams,
  findApplication: (clientId: string) => Application | undefined,
): AuthorizationRequest {
  const single = (name: string) => {
    const values = query.getAll(name).filter((value) => value !== '');
    return values.length > 1 ? undefined : values[0];
  };
  const application = findApplication(single('client_id') ?? '');
  if (application === undefined) {
    throw new UnredirectableError('The application is unknown: check the parameter client_id.');
  }
  const redirectUri = single('redirect_uri');
  if (redirectUri === undefined || !isRedirectAllowed(redirectUri, application.redirectUris)) {
    throw new UnredirectableError(
      'The application may not redirect to this redirect_uri. Without configured redirectUris, it must be on this machine.',
    );
  }
  const state = single('state');
  const error = (code: string, description: string) =>
    new RedirectedError(code, description, redirectUri, state);
  const repeated = PARAMETERS.find((name) => name !== 'resource' && query.getAll(name).length > 1);
  if (repeated !== undefined) throw error('invalid_request', `The parameter ${repeated} is repeated.`);
  if (single('response_type') !== 'code') {
    throw error('unsupported_response_type', 'The landscape supports response_type=code only.');
  }
  if (!application.grantTypes.includes('authorization_code')) {
    throw error('unauthorized_client', 'The application is not allowed to use this grant type.');
  }
  if ((single('response_mode') ?? 'query') !== 'query') {
    throw error('invalid_request', 'The landscape supports response_mode=query only.');
  }
  const appTid = single('app_tid');
  if (appTid !== undefined && !application.serves(appTid)) {
    throw error('invalid_request', 'The application does not serve the tenant app_tid.');
  }
  return {
    application,
    redirectUri,
    state,
    scope: words(single('scope')),
    nonce: single('nonce'),
    codeChallenge: codeChallengeIn(single('code_challenge'), single('code_challenge_method'), error),
    prompt: words(single('prompt')),
    audience: audienceOf(application, query.getAll('resource'), error),
    appTid,
    parameters: [...query].filter(([name]) => PARAMETERS.includes(name)),
  };
}

function codeChallengeIn(
  challenge: string | undefined,
  method: string | undefined,
  error: (code: string, description: string) => Error,
): string | undefined {
  if (challenge === undefined && method === undefined) return undefined;
  if (challenge !== undefined && method === 'S256' && CHALLENGE.test(challenge)) return challenge;
  throw error('invalid_request', 'PKCE needs code_challenge with code_challenge_method=S256.');
}

function audienceOf(
  application: Application,
  resources: readonly string[],
  error: (code: string, description: string) => Error,
): TokenAudience {
  try {
    return resolveResources(application, resources);
  } catch (cause) {
    if (cause instanceof OAuthError) throw error(cause.code, cause.message);
    throw cause;
  }
}

function words(text = ''): readonly string[] {
  return text.split(' ').filter((word) => word !== '');
}
