import type { RedactedToken } from '../core/redacted.js';
import type { Resource } from '../token/token-request.js';
import { Readable } from 'node:stream';
import { ACCEPTED_CODINGS } from '../net/content-decoding.js';
import type { HttpRequest } from '../net/http-exchange.js';

/** Options of one call. */
export interface IasCallOptions {
  /** Added to the query of the path; an array repeats the name, `undefined` omits it. */
  readonly query?:
    | URLSearchParams
    | Readonly<
        Record<string, string | number | boolean | readonly (string | number | boolean)[] | undefined>
      >;
  /** The client sets `authorization` and, with the option `correlationId`, `x-correlation-id`. */
  readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Sent as JSON; excludes `body`. */
  readonly json?: unknown;
  /**
   * A stream is sent once: it is not repeated with a newer token. If it fails, the call fails with the stream's error as
   * its `cause`. If the call fails, the stream is destroyed.
   */
  readonly body?: string | Uint8Array | URLSearchParams | FormData | Readable;
  /** Aborts the call, including the wait for a token, but not the token request, which other callers may share. */
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
   * @default the app calls on its own behalf
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

/** Headers that the client or the connection sets. `host` would also change which server certificate is accepted. */
const OWN_HEADERS: ReadonlySet<string> = new Set(['authorization', 'host', 'connection', 'content-length']);

/** Headers and body of a call, without the token. */
export type RequestContent = Pick<HttpRequest, 'headers' | 'body'>;

interface TypedBody {
  readonly type?: string | undefined;
  readonly body: RequestContent['body'];
}

/** Prepares headers and body of a call. */
export function contentOf(options: IasCallOptions): RequestContent | Promise<RequestContent> {
  const { json, body } = options;
  if (json !== undefined)
    return contentWith({ type: 'application/json', body: JSON.stringify(json) }, options);
  if (body instanceof FormData) return encodeForm(body).then((form) => contentWith(form, options));
  if (body instanceof URLSearchParams) {
    const type = 'application/x-www-form-urlencoded;charset=utf-8';
    return contentWith({ type, body: body.toString() }, options);
  }
  return contentWith({ body: body ?? null }, options);
}

/** undici encodes only forms of its own class. */
async function encodeForm(form: FormData): Promise<TypedBody> {
  const encoded = new Response(form);
  const type = encoded.headers.get('content-type') ?? undefined;
  return { type, body: Buffer.from(await encoded.arrayBuffer()) };
}

function contentWith({ type, body }: TypedBody, { headers = {} }: IasCallOptions): RequestContent {
  const list: string[] = [];
  const names = new Set<string>();
  for (const [name, value] of Object.entries(headers)) {
    const lower = name.toLowerCase();
    const isLength = lower === 'content-length' && body instanceof Readable;
    if (value === undefined || (OWN_HEADERS.has(lower) && !isLength)) continue;
    names.add(lower);
    for (const each of [value].flat()) list.push(lower, each);
  }
  if (type !== undefined && !names.has('content-type')) list.push('content-type', type);
  if (!names.has('accept')) list.push('accept', 'application/json, */*');
  if (!names.has('accept-encoding')) list.push('accept-encoding', ACCEPTED_CODINGS);
  return { headers: list, body };
}

/** Adds parameters to a path that may have some already. */
export function withQuery(path: string, query: IasCallOptions['query']): string {
  if (query === undefined) return path;
  const parameters = query instanceof URLSearchParams ? query : new URLSearchParams();
  if (query !== parameters) {
    for (const [name, value] of Object.entries(query)) {
      for (const each of [value ?? []].flat()) parameters.append(name, String(each));
    }
  }
  const text = parameters.toString();
  if (text === '') return path;
  // a fragment is never sent, so the query cannot follow it
  const start = path.replace(/#.*/s, '');
  return `${start}${start.includes('?') ? '&' : '?'}${text}`;
}
