const MAX_CHARACTERS = 100;

/** Makes untrusted text safe for an error message: one line, no control characters, limited length. */
export function printable(text: unknown): string {
  const value = typeof text === 'string' ? text : '(none)';
  const cut = value.length > MAX_CHARACTERS ? `${value.slice(0, MAX_CHARACTERS)}…` : value;
  // eslint-disable-next-line no-control-regex
  return cut.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, '?');
}

/** Does the same for a path. Hides values that look like a key or a binding in the wrong variable. */
export function printablePath(path: string): string {
  return /-----|[{}\n\r]/.test(path) ? '(the value is not a path)' : printable(path);
}
