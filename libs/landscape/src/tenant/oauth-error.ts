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

/** Headers RFC 6749 §5.1 demands of every answer of the token endpoint. */
export const NO_STORE = { 'cache-control': 'no-store', pragma: 'no-cache' } as const;

/** A refusal of the token endpoint. */
export class OAuthError extends Error {
  /**
   * @param description what the client may see (`error_description`)
   * @param detail what the operator of the landscape sees in the request log
   */
  constructor(
    readonly code: OAuthErrorCode,
    description: string,
    readonly detail: string = description,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(description);
  }

  /** The answer of RFC 6749 §5.2: 401 for a client that is not authenticated, 400 otherwise. */
  toAnswer(): Answer {
    const status = this.code === 'invalid_client' ? 401 : 400;
    return json(
      status,
      { error: this.code, error_description: this.message },
      { ...NO_STORE, ...this.headers },
    );
  }
}
