/** A secret, a text mostly, that no log line, error, template or serialisation shows. */
export class Redacted<Value = string> {
  readonly #value: Value;
  readonly #label: string;

  /** @param label what is shown in its place */
  constructor(value: Value, label: string) {
    this.#value = value;
    this.#label = label;
  }

  /** The secret itself: to use it, never to log it. */
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
