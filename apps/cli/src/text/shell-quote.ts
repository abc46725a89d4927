import { INVISIBLE } from './visible.js';

const PLAIN = /^[A-Za-z0-9_%+=:,./@-]+$/;

/** Quotes a value for bash and zsh, so that a suggested command can be copied whatever the value contains. */
export function shellQuote(value: string): string {
  if (PLAIN.test(value)) return value;
  return INVISIBLE.test(value) ? quoteAnsi(value) : `'${value.replaceAll("'", String.raw`'\''`)}'`;
}

/** `$'…'`, in which each byte of an invisible character is escaped. */
function quoteAnsi(value: string): string {
  const escaped = Array.from(value, (character) => {
    if (INVISIBLE.test(character))
      return Array.from(Buffer.from(character), (byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join(
        '',
      );
    return character === "'" || character === '\\' ? `\\${character}` : character;
  });
  return `$'${escaped.join('')}'`;
}

/** Joins words to a command, each quoted. */
export function command(...words: readonly string[]): string {
  return words.map(shellQuote).join(' ');
}
