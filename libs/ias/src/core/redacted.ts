/** A secret, usually text, that logs, errors, templates and serialisation never show. */
export class Redacted<Value = string> {
  readonly #value: Value;
  readonly #label: string;

  /** @param label the text that they show instead */
  constructor(value: Value, label: string) {
    this.#value = value;
    this.#label = label;
  }

  /** Returns the secret, to use it, never to log it. */
  reveal(): Value {
    return this.#value;
  }

  toJSON(): string {
    return this.toString();
  }

  toString(): string {
    return `[${this.#label}]`;
  }
}

/** The access token of a caller, validated by the guard. `reveal()` returns its text, for example to exchange it. */
export class RedactedToken extends Redacted {
  /** @param issuer origin of the tenant that issued it, which this app trusts */
  constructor(
    value: string,
    readonly issuer: string,
  ) {
    super(value, 'access token');
  }
}
