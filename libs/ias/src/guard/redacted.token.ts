/** An access token that no log line, error or serialisation shows. */
export class RedactedToken {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The token's text, e.g. to exchange it; never to log it. */
  reveal(): string {
    return this.#value;
  }

  toJSON(): string {
    return '[access token]';
  }

  toString(): string {
    return '[access token]';
  }
}
