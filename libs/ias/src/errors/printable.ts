const MAX_CHARACTERS = 100;

/** A text from outside as an error message may repeat it: one line, without control characters, not too long. */
export function printable(text: unknown): string {
  const value = typeof text === 'string' ? text : '(none)';
  const cut = value.length > MAX_CHARACTERS ? `${value.slice(0, MAX_CHARACTERS)}…` : value;
  // eslint-disable-next-line no-control-regex
  return cut.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, '?');
}

/** The same for a path, which is left out where somebody has put a key or a binding itself into its variable. */
export function printablePath(path: string): string {
  return /-----|[{}\n\r]/.test(path) ? '(the value is no path)' : printable(path);
}
