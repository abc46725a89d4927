/**
 * Base of every error this library throws.
 *
 * The `message` is written for whoever operates the app: what happened, to which binding or URL, and what to do
 * next. It never contains a token, a private key or a client secret. Neither does `cause`: errors of HTTP clients
 * are not passed on, because they carry the request.
 */
export abstract class IasError<Code extends string = string> extends Error {
  /** Stable identifier of the failure, listed in docs/reference/errors.md. */
  readonly code: Code;

  constructor(code: Code, message: string) {
    super(message);
    this.code = code;
    this.name = new.target.name;
  }
}
