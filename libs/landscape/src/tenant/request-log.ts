import type { IncomingHttpHeaders } from 'node:http';

/** A request in the log, with secrets redacted, for assertions in tests. */
export interface LoggedRequest {
  /** When the tenant answered, by the landscape's clock: milliseconds since the epoch. */
  readonly time: number;
  readonly method: string;
  readonly path: string;
  /** Request headers, with credentials and cookies redacted. */
  readonly headers: Readonly<IncomingHttpHeaders>;
  /** Parameters of the body, with values that can be secrets redacted. Undefined if the body is not a form. */
  readonly form: URLSearchParams | undefined;
  /** `x5t#S256` thumbprint of the certificate that the client presented, accepted or not. */
  readonly clientCertificateThumbprint?: string;
  readonly status: number;
  /** Why the tenant rejected the request, as a code that the client does not see, e.g. `certificate_revoked`. */
  readonly refusal?: string;
  /** The refusal as a sentence. */
  readonly reason?: string;
}

const LIMIT = 1000;
const REDACTED = '[redacted]';
/**
 * Parameters whose values are logged. Any other value can be a secret, for example of another grant or in a misspelled
 * parameter.
 */
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
/** Any other name can be a secret: a client may have sent a token in place of a name. */
const PARAMETER_NAME = /^[\w.-]{1,40}$/;

/** The most recent requests of a tenant, oldest first. */
export class RequestLog {
  #entries: LoggedRequest[] = [];
  readonly #onRequest: ((request: LoggedRequest) => void) | undefined;

  /** @param onRequest called with each entry */
  constructor(onRequest?: (request: LoggedRequest) => void) {
    this.#onRequest = onRequest;
  }

  get entries(): readonly LoggedRequest[] {
    return this.#entries;
  }

  add(request: LoggedRequest): void {
    const entry = {
      ...request,
      headers: redactHeaders(request.headers),
      form: redactForm(request.form),
    };
    this.#entries.push(entry);
    if (this.#entries.length > LIMIT) this.#entries.shift();
    this.#onRequest?.(entry);
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

/** Keeps the authorization scheme. */
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
