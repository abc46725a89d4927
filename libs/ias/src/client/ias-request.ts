import type { Readable } from 'node:stream';
import type { RedactedToken } from '../core/redacted.js';
import type { Resource } from '../token/resource.js';

/** Options of one call. */
export interface IasCallOptions {
  /** Added to the query of the path; an array repeats the name, `undefined` leaves it out. */
  readonly query?:
    | URLSearchParams
    | Readonly<
        Record<string, string | number | boolean | readonly (string | number | boolean)[] | undefined>
      >;
  /** The client sets `authorization` and, with the option `correlationId`, `x-correlation-id`. */
  readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Sent as JSON; excludes `body`. */
  readonly json?: unknown;
  /** A stream is sent once: it is not repeated with a newer token. If it fails, its error is the `cause` of that of the call. */
  readonly body?: string | Uint8Array | URLSearchParams | FormData | Readable;
  /** Aborts the call; also the wait for a token, but not the token request, which others may share. */
  readonly signal?: AbortSignal;
  /**
   * Maximum duration of this call in milliseconds, as for the client; 1 to 3600000.
   * @default `timeout` of the client
   */
  readonly timeout?: number;
  /**
   * Maximum size of the response in bytes, as for the client; 1 to 1073741824.
   * @default `maxResponseBytes` of the client
   */
  readonly maxResponseBytes?: number;
  /**
   * Token of a user, from `@RawToken()`. The client exchanges it and calls on behalf of the user.
   * @default the call is made in the name of this app
   */
  readonly onBehalfOf?: RedactedToken;
  /** @default `resource` of the client */
  readonly resource?: Resource | readonly Resource[];
  /** @default `appTid` of the client */
  readonly appTid?: string;
}

/** One call. */
export interface IasRequest extends IasCallOptions {
  /** @default 'GET' */
  readonly method?: string;
  /** Path and query, added to the base URL, and not above it (`..`); or a complete URL of the same origin. */
  readonly path: string;
}
