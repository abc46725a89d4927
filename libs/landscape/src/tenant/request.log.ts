import type { IncomingHttpHeaders } from 'node:http';

/** A request as a test asserts on it: whole, but for the secrets. */
export interface LoggedRequest {
  readonly method: string;
  readonly path: string;
  /** Request headers; the credentials of `authorization` are redacted. */
  readonly headers: Readonly<IncomingHttpHeaders>;
  /** Parameters of the body, values of secrets redacted; undefined where there was no form. */
  readonly form: URLSearchParams | undefined;
  /** `x5t#S256` of the certificate the client presented, accepted or not. */
  readonly clientCertificateThumbprint?: string;
  readonly status: number;
  /** Why the tenant refused, in words it does not tell the client, e.g. `certificate_revoked`. */
  readonly refusal?: string;
}

const LIMIT = 1000;
const REDACTED = '[redacted]';
const SECRET_PARAMETERS = new Set([
  'client_secret',
  'client_assertion',
  'assertion',
  'password',
  'refresh_token',
]);

/** The last requests of a tenant, oldest first. */
export class RequestLog {
  #entries: LoggedRequest[] = [];

  get entries(): readonly LoggedRequest[] {
    return this.#entries;
  }

  add(request: LoggedRequest): void {
    this.#entries.push({
      ...request,
      headers: redactHeaders(request.headers),
      form: redactForm(request.form),
    });
    if (this.#entries.length > LIMIT) this.#entries.shift();
  }

  clear(): void {
    this.#entries = [];
  }
}

function redactHeaders(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  if (headers.authorization === undefined) return headers;
  const scheme = /^\w+(?= )/.exec(headers.authorization)?.[0];
  return { ...headers, authorization: scheme === undefined ? REDACTED : `${scheme} ${REDACTED}` };
}

function redactForm(form: URLSearchParams | undefined): URLSearchParams | undefined {
  if (form === undefined) return undefined;
  const redacted = new URLSearchParams();
  for (const [name, value] of form) redacted.append(name, SECRET_PARAMETERS.has(name) ? REDACTED : value);
  return redacted;
}
