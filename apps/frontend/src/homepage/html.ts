import { htmlEscape } from 'escape-goat';

/** HTML in which every value is escaped. Only {@link html} and {@link trustedHtml} create it. */
export class Html {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}

type Value = Html | string | number | readonly Html[];

/** Template tag that escapes all values, apart from those that are {@link Html} already. */
export function html(texts: TemplateStringsArray, ...values: readonly Value[]): Html {
  return new Html(String.raw({ raw: texts }, ...values.map(render)));
}

/** Marks a constant of this app as HTML. Never pass it anything that comes from outside. */
export function trustedHtml(constant: string): Html {
  return new Html(constant);
}

/** No HTML, for a part of a page that does not apply. */
export const NOTHING = new Html('');

function render(value: Value): string {
  if (value instanceof Html) return value.toString();
  return Array.isArray(value) ? value.join('\n') : htmlEscape(String(value));
}
