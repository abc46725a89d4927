/** An HTTP answer before it is written: endpoints return it, and faults change it. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** An answer with a JSON body. */
export function json(
  status: number,
  content: unknown,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json;charset=utf-8', ...headers },
    body: JSON.stringify(content),
  };
}

/** An answer as a proxy in front of the tenant sends it. */
export function html(status: number, body: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers: { 'content-type': 'text/html;charset=utf-8', ...headers }, body };
}

/** 429. IAS documents no `Retry-After` header. */
export function tooManyRequests(headers: Readonly<Record<string, string>> = {}): Answer {
  return html(429, 'Too Many Requests', headers);
}
