import { Readable } from 'node:stream';
import { ACCEPTED_CODINGS } from '../net/content-decoding.js';
import type { HttpRequest } from '../net/http-exchange.js';
import type { IasCallOptions } from './ias-request.js';

/** Headers that the client or the connection sets. `host` would also change which server certificate is accepted. */
const OWN_HEADERS: ReadonlySet<string> = new Set(['authorization', 'host', 'connection', 'content-length']);

/** What a call sends besides the token. */
export type RequestContent = Pick<HttpRequest, 'headers' | 'body'>;

/** Prepares headers and body of a call. */
export function contentOf({ headers = {}, json, body }: IasCallOptions): RequestContent {
  const content =
    json === undefined ? textOf(body) : { type: 'application/json', body: JSON.stringify(json) };
  const list: string[] = [];
  const names = new Set<string>();
  for (const [name, value] of Object.entries(headers)) {
    const lower = name.toLowerCase();
    const isLength = lower === 'content-length' && content.body instanceof Readable;
    if (value === undefined || (OWN_HEADERS.has(lower) && !isLength)) continue;
    names.add(lower);
    for (const each of [value].flat()) list.push(lower, each);
  }
  if (content.type !== undefined && !names.has('content-type')) list.push('content-type', content.type);
  if (!names.has('accept')) list.push('accept', 'application/json, */*');
  if (!names.has('accept-encoding')) list.push('accept-encoding', ACCEPTED_CODINGS);
  return { headers: list, body: content.body };
}

function textOf(body: IasCallOptions['body']): {
  readonly type?: string;
  readonly body: RequestContent['body'];
} {
  if (body === undefined) return { body: null };
  if (!(body instanceof URLSearchParams)) return { body };
  return { type: 'application/x-www-form-urlencoded;charset=utf-8', body: body.toString() };
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
  return `${path}${path.includes('?') ? '&' : '?'}${text}`;
}
