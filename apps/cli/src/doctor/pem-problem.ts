/** Says why a text is not the PEM block that it should be. It shows labels only, never content. */
export function findPemProblem(text: string, expected: 'CERTIFICATE' | 'PRIVATE KEY'): string {
  const labels = Array.from(text.matchAll(/-----BEGIN ([A-Z0-9 ]{1,40})-----/g), ([, label]) => label ?? '');
  if (labels.length === 0) {
    return /^[A-Za-z0-9+/=\s\\nr]+$/.test(text)
      ? `The lines "BEGIN ${expected}" and "END ${expected}" are missing.`
      : 'It is not PEM text.';
  }
  if (!labels.some((label) => label.endsWith(expected)))
    return `It is another block: ${labels.map((label) => `"${label}"`).join(', ')} instead of "${expected}".`;
  const ends = text.match(/-----END [A-Z0-9 ]{1,40}-----/g) ?? [];
  if (ends.length < labels.length) return 'The text is cut: the END line is missing.';
  return 'The content between the BEGIN and END lines is cut or damaged.';
}
