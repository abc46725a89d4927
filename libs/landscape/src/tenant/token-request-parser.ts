import { OAuthError } from './oauth-error.js';

/** The form of a token request. Every parameter except `resource` occurs at most once. */
export interface TokenRequest {
  readonly grantType: string;
  readonly clientId: string | undefined;
  readonly clientSecret: string | undefined;
  /** RFC 7521 §4.2. */
  readonly clientAssertion: string | undefined;
  readonly clientAssertionType: string | undefined;
  readonly assertion: string | undefined;
  readonly resources: readonly string[];
  readonly appTid: string | undefined;
  readonly tokenFormat: string | undefined;
  /** RFC 6749 §4.1.3. */
  readonly code: string | undefined;
  readonly redirectUri: string | undefined;
  /** RFC 7636 §4.5. */
  readonly codeVerifier: string | undefined;
  /** RFC 6749 §6. */
  readonly refreshToken: string | undefined;
  readonly refreshExpiry: string | undefined;
}

const FORM = 'application/x-www-form-urlencoded';

/**
 * Reads the parameters of a token request.
 * @param form undefined if the body is not a form
 * @throws {OAuthError} `invalid_request` for another content type, a repeated parameter (except `resource`, RFC 8707 §2)
 * or a missing `grant_type` (RFC 6749 §3.2)
 */
export function parseTokenRequest(form: URLSearchParams | undefined): TokenRequest {
  if (form === undefined) {
    throw new OAuthError('invalid_request', `The request must have the content type ${FORM}.`);
  }
  const { parameters, resources } = parametersOf(form);
  const grantType = parameters.get('grant_type');
  if (grantType === undefined) {
    throw new OAuthError('invalid_request', 'The parameter grant_type is missing.');
  }
  return {
    grantType,
    clientId: parameters.get('client_id'),
    clientSecret: parameters.get('client_secret'),
    clientAssertion: parameters.get('client_assertion'),
    clientAssertionType: parameters.get('client_assertion_type'),
    assertion: parameters.get('assertion'),
    resources,
    appTid: parameters.get('app_tid'),
    tokenFormat: parameters.get('token_format'),
    code: parameters.get('code'),
    redirectUri: parameters.get('redirect_uri'),
    codeVerifier: parameters.get('code_verifier'),
    refreshToken: parameters.get('refresh_token'),
    refreshExpiry: parameters.get('refresh_expiry'),
  };
}

/** Whether a body is a form. */
export function isForm(contentType: string | undefined): boolean {
  return contentType?.split(';', 1)[0]?.trim().toLowerCase() === FORM;
}

interface Parameters {
  readonly parameters: ReadonlyMap<string, string>;
  readonly resources: readonly string[];
}

/** RFC 6749 §3.2: a parameter without a value counts as omitted. */
function parametersOf(form: URLSearchParams): Parameters {
  const parameters = new Map<string, string>();
  const resources: string[] = [];
  for (const [name, value] of form) {
    if (value === '') continue;
    if (name === 'resource') resources.push(value);
    else if (parameters.has(name)) {
      throw new OAuthError('invalid_request', `A parameter is repeated: ${printable(name)}`);
    } else parameters.set(name, value);
  }
  return { parameters, resources };
}

/** RFC 6749 §5.2: an `error_description` is printable ASCII without quote and backslash. */
function printable(text: string): string {
  return text.slice(0, 50).replaceAll(/[^\x20-\x21\x23-\x5b\x5d-\x7e]/g, '?');
}
