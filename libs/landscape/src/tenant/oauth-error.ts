import { type Answer, json } from '../http/answer.js';

/** Error codes of a token endpoint: RFC 6749 §5.2, and `invalid_target` of RFC 8707 §2. */
export type OAuthErrorCode =
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_grant'
  | 'unauthorized_client'
  | 'unsupported_grant_type'
  | 'invalid_scope'
  | 'invalid_target';

/** Headers that RFC 6749 §5.1 requires in every answer of the token endpoint. */
export const NO_STORE = { 'cache-control': 'no-store', pragma: 'no-cache' } as const;

/** An error answer of the token endpoint. */
export class OAuthError extends Error {
  /**
   * @param description text for the client (`error_description`)
   * @param detail code for the request log of the landscape
   * @param clientId the application that could not authenticate, if it exists
   */
  constructor(
    readonly code: OAuthErrorCode,
    description: string,
    readonly detail: string = description,
    readonly headers: Readonly<Record<string, string>> = {},
    readonly clientId?: string,
  ) {
    super(description);
  }

  /** Returns the answer of RFC 6749 §5.2: 401 for `invalid_client`, 400 otherwise. */
  toAnswer(): Answer {
    const status = this.code === 'invalid_client' ? 401 : 400;
    return json(
      status,
      { error: this.code, error_description: this.message },
      { ...NO_STORE, ...this.headers },
    );
  }
}
