import { OAuthError } from './oauth.error.js';

/** The form of a token request; every parameter but `resource` occurs at most once. */
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
}

const FORM = 'application/x-www-form-urlencoded';

/**
 * Reads the parameters of a token request.
 * @throws {OAuthError} `invalid_request` for what RFC 6749 §3.2 forbids: another content type, a repeated
 * parameter (except `resource`, RFC 8707 §2), a missing `grant_type`
 */
export function parseTokenRequest(contentType: string | undefined, form: URLSearchParams): TokenRequest {
  if (!isForm(contentType)) {
    throw new OAuthError('invalid_request', `The request must have the content type ${FORM}.`);
  }
  const parameters = withoutEmptyValues(form);
  for (const name of new Set(parameters.keys())) {
    if (name !== 'resource' && parameters.getAll(name).length > 1) {
      throw new OAuthError('invalid_request', `A parameter is repeated: ${printable(name)}`);
    }
  }
  const grantType = parameters.get('grant_type');
  if (grantType === null) throw new OAuthError('invalid_request', 'The parameter grant_type is missing.');
  return {
    grantType,
    clientId: parameters.get('client_id') ?? undefined,
    clientSecret: parameters.get('client_secret') ?? undefined,
    clientAssertion: parameters.get('client_assertion') ?? undefined,
    clientAssertionType: parameters.get('client_assertion_type') ?? undefined,
    assertion: parameters.get('assertion') ?? undefined,
    resources: parameters.getAll('resource'),
    appTid: parameters.get('app_tid') ?? undefined,
    tokenFormat: parameters.get('token_format') ?? undefined,
  };
}

function isForm(contentType: string | undefined): boolean {
  return contentType?.split(';', 1)[0]?.trim().toLowerCase() === FORM;
}

/** RFC 6749 §3.2: a parameter without a value is treated as if it had been omitted. */
function withoutEmptyValues(form: URLSearchParams): URLSearchParams {
  return new URLSearchParams([...form].filter(([, value]) => value !== ''));
}

/** RFC 6749 §5.2: an `error_description` is printable ASCII without quote and backslash. */
function printable(text: string): string {
  return text.slice(0, 50).replaceAll(/[^\x20-\x21\x23-\x5b\x5d-\x7e]/g, '?');
}
