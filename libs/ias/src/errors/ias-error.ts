import { documentationUrl, DOWNSTREAM_ERRORS, TOKEN_REQUEST_ERRORS } from './error-codes.js';
import type {
  BindingErrorCode,
  ConfigurationErrorCode,
  DownstreamErrorCode,
  FailureKind,
  TokenRequestErrorCode,
} from './error-codes.js';

/** Of untrusted text in a message. */
const MAX_CHARACTERS = 100;

/**
 * Base class of every error that this library throws.
 *
 * The `message` is for operators: what happened, to which binding or URL, and what to do. It never contains a token, a
 * private key or a client secret. There is no `cause`, because errors of HTTP clients contain the request, except where
 * code of the app failed: a request body, a serializer or an option.
 */
export abstract class IasError<Code extends string = string> extends Error {
  /** Stable identifier of the failure, see docs/reference/errors.md. */
  readonly code: Code;
  /** Address of the documentation of the code: causes, how to see them, and what to do. */
  readonly documentation: string;

  constructor(code: Code, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.documentation = documentationUrl(code);
    this.name = new.target.name;
  }
}

/**
 * The app cannot start because its binding or configuration is invalid. The cause is outside the code, so the error has
 * no stack: Nest and Node.js print only the message.
 */
abstract class StartError<Code extends string> extends IasError<Code> {
  constructor(code: Code, message: string) {
    super(code, message);
    this.stack = `${this.name}: ${message}`;
  }
}

/** The identity binding is missing or broken. The message names the binding, the property and the remedy. */
export class BindingError extends StartError<BindingErrorCode> {}

/** The app is misconfigured: an option or variable is invalid, or a route lacks the guard. */
export class ConfigurationError extends StartError<ConfigurationErrorCode> {
  constructor(message: string, code: ConfigurationErrorCode = 'configuration_invalid') {
    super(code, message);
  }
}

/** The token endpoint issued no access token. */
export class TokenRequestError extends IasError<TokenRequestErrorCode> {
  /** Whether the tenant was unavailable, did not answer in time, or refused. */
  readonly kind: FailureKind;
  /** Milliseconds to wait before the next request: `Retry-After` of the tenant, or the rest of a pause. */
  readonly retryAfter: number | undefined;
  /** HTTP status of the tenant's response, if there was one. */
  readonly status: number | undefined;

  constructor(code: TokenRequestErrorCode, message: string, retryAfter?: number, status?: number) {
    super(code, message);
    this.kind = TOKEN_REQUEST_ERRORS[code].kind;
    this.retryAfter = retryAfter;
    this.status = status;
  }
}

/** The response of the called app, as far as it arrived. */
export interface DownstreamAnswer {
  readonly status: number;
  /** Code in the problem details of the answer (RFC 9457). */
  readonly problemCode?: string | undefined;
  /** Beginning of the body. */
  readonly body?: string | undefined;
  /** Milliseconds that the app asked to wait (`Retry-After`), at most a day. */
  readonly retryAfter?: number | undefined;
}

/** A call to another app failed. */
export class DownstreamError extends IasError<DownstreamErrorCode> {
  /** Whether the app was unavailable, did not answer in time, or refused. */
  readonly kind: FailureKind;
  /** HTTP status of the response, if there was one. */
  readonly status: number | undefined;
  /** `code` in the problem details of the response, for example `proof_missing`. */
  readonly problemCode: string | undefined;
  /** Milliseconds to wait before the next call, if the app sent `Retry-After`; at most a day. */
  readonly retryAfter: number | undefined;
  readonly #body: string | undefined;

  constructor(code: DownstreamErrorCode, message: string, answer?: DownstreamAnswer, options?: ErrorOptions) {
    super(code, message, options);
    this.kind = DOWNSTREAM_ERRORS[code].kind;
    this.status = answer?.status;
    this.problemCode = answer?.problemCode;
    this.retryAfter = answer?.retryAfter;
    this.#body = answer?.body;
  }

  /**
   * The first 16384 characters of the body of the response. It is untrusted and can contain secrets, so logs and
   * `util.inspect` do not show it.
   */
  get body(): string | undefined {
    return this.#body;
  }
}

/** Makes untrusted text safe for an error message: one line of limited length, no control or bidirectional characters. */
export function printable(text: unknown): string {
  const value = typeof text === 'string' ? text : '(none)';
  const cut = value.length > MAX_CHARACTERS ? `${value.slice(0, MAX_CHARACTERS)}…` : value;
  return cut.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, '?');
}

/** Does the same for a path. Hides values that look like a key or a binding in the wrong variable. */
export function printablePath(path: string): string {
  return /-----|[{}\n\r]/.test(path) ? '(the value is not a path)' : printable(path);
}
