/** Control, format and bidirectional characters, separators of lines, and halves of surrogate pairs. */
export const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;
const EACH_INVISIBLE = new RegExp(INVISIBLE, 'gu');

/**
 * Makes text of bindings, certificates and servers safe for a terminal: characters that would move the cursor, change colours
 * or reorder the line become `\u{1b}`.
 */
export function visible(text: string): string {
  return text.replaceAll(
    EACH_INVISIBLE,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

/** Does the same for a value of any type, and limits its length. */
export function visibleValue(value: unknown, maxCharacters = 200): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
  return visible(text.length > maxCharacters ? `${text.slice(0, maxCharacters)}…` : text);
}
