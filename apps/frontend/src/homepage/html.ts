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

/** The constant parts of each template without indentation. */
const compacted = new WeakMap<TemplateStringsArray, readonly string[]>();

/**
 * Template tag that escapes all values and makes invisible characters visible, apart from those that are {@link Html} already. It removes the indentation of the
 * template, so do not use it for preformatted text.
 */
export function html(template: TemplateStringsArray, ...values: readonly Value[]): Html {
  let texts = compacted.get(template);
  if (texts === undefined) {
    texts = template.map((text) => text.replace(/\s*\n\s*/g, '\n'));
    compacted.set(template, texts);
  }
  let page = texts[0] ?? '';
  for (let index = 0; index < values.length; index += 1) {
    page += render(values[index] ?? NOTHING) + (texts[index + 1] ?? '');
  }
  return new Html(page);
}

/** Marks a constant of this app as HTML. Never pass it anything that comes from outside. */
export function trustedHtml(constant: string): Html {
  return new Html(constant);
}

/** No HTML, for a part of a page that does not apply. */
export const NOTHING = new Html('');

/** Most values have none of these characters, and one search is faster than the five replacements of `htmlEscape`. */
const SPECIAL = /[&"'<>]/;

/** Characters that are invisible, or change the order in which others appear: a claim could look like another with them. */
const INVISIBLE = /(?![\t\n])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
const PRINTABLE_ASCII = /^[ -~]*$/;

function render(value: Value): string {
  if (value instanceof Html) return value.toString();
  if (isList(value)) return renderList(value);
  const text = visible(String(value));
  return SPECIAL.test(text) ? htmlEscape(text) : text;
}

function visible(text: string): string {
  if (PRINTABLE_ASCII.test(text)) return text;
  return text.replaceAll(INVISIBLE, (character) => `\\u{${character.codePointAt(0)?.toString(16) ?? ''}}`);
}

function isList(value: Value): value is readonly Html[] {
  return Array.isArray(value);
}

/** Like `join`, which takes several times as long for objects. */
function renderList(parts: readonly Html[]): string {
  let text = '';
  for (const part of parts) text += text === '' ? part.toString() : `\n${part.toString()}`;
  return text;
}
