import type { IncomingHttpHeaders } from 'node:http';

/** A request as a test asserts on it: whole, but for the secrets. */
export interface LoggedRequest {
  readonly method: string;
  readonly path: string;
  /** Request headers; credentials and cookies are redacted. */
  readonly headers: Readonly<IncomingHttpHeaders>;
  /** Parameters of the body; values that may be secrets are redacted. Undefined where there was no form. */
  readonly form: URLSearchParams | undefined;
  /** `x5t#S256` of the certificate the client presented, accepted or not. */
  readonly clientCertificateThumbprint?: string;
  readonly status: number;
  /** Why the tenant refused, in words it does not tell the client, e.g. `certificate_revoked`. */
  readonly refusal?: string;
}

const LIMIT = 1000;
const REDACTED = '[redacted]';
/** All other values may be secrets: those of other grants, or what a client took for the name of one. */
const SHOWN_PARAMETERS = new Set([
  'app_tid',
  'client_assertion_type',
  'client_id',
  'grant_type',
  'refresh_expiry',
  'resource',
  'scope',
  'token_format',
]);
const SECRET_HEADERS = ['authorization', 'proxy-authorization', 'cookie'];
/** What is longer, or something else, is no name: a client that sent a token in its place must not find it here. */
const PARAMETER_NAME = /^[\w.-]{1,40}$/;

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
  const redacted = { ...headers };
  for (const name of SECRET_HEADERS) {
    const value = redacted[name];
    if (value !== undefined) redacted[name] = redactCredentials(String(value));
  }
  return redacted;
}

/** The scheme of an authorization may be seen. */
function redactCredentials(value: string): string {
  const scheme = /^(basic|bearer)(?= )/i.exec(value)?.[0];
  return scheme === undefined ? REDACTED : `${scheme} ${REDACTED}`;
}

function redactForm(form: URLSearchParams | undefined): URLSearchParams | undefined {
  if (form === undefined) return undefined;
  const redacted = new URLSearchParams();
  for (const [name, value] of form) {
    redacted.append(
      PARAMETER_NAME.test(name) ? name : REDACTED,
      SHOWN_PARAMETERS.has(name) ? value : REDACTED,
    );
  }
  return redacted;
}
