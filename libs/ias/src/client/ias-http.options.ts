/** Options of an outbound client: one target, one kind of token. */
export interface IasHttpModuleOptions {
  /** Base URL of the app to call, `https://…`; `http://` only on loopback. A token is never sent to another origin. */
  readonly baseURL: string;
  /**
   * Resources the token is for, see `TokenOptions.resource`.
   * @default the own application
   */
  readonly resource?: string | readonly string[];
  /**
   * Milliseconds a call may take in all, without the time to get a token.
   * @default 10000
   */
  readonly deadline?: number;
  /**
   * Correlation id of what is being done, sent as `x-correlation-id`.
   * @default none
   */
  readonly correlationId?: () => string | undefined;
  /**
   * Bytes an answer may have.
   * @default 1048576
   */
  readonly maxResponseBytes?: number;
}
