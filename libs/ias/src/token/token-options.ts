/** What a token is asked for. */
export interface TokenOptions {
  /**
   * Resources the token is for (RFC 8707), `urn:sap:identity:api:name:…` or `urn:sap:identity:application:provider:name:…`.
   * @default the own application
   */
  readonly resource?: string | readonly string[];
  /**
   * Tenant the token is for.
   * @default `app_tid` of the binding, or of the token that is exchanged
   */
  readonly appTid?: string;
  /** Ends this caller's wait; the request goes on for others. */
  readonly signal?: AbortSignal;
}
