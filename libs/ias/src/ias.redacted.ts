/** A secret text that no log line, error, template or serialisation shows. */
export class Redacted {
  readonly #value: string;
  readonly #label: string;

  /** @param label what is shown in its place */
  constructor(value: string, label: string) {
    this.#value = value;
    this.#label = label;
  }

  /** The text itself: to send it, never to log it. */
  reveal(): string {
    return this.#value;
  }

  toJSON(): string {
    return this.toString();
  }

  toString(): string {
    return `[${this.#label}]`;
  }
}
