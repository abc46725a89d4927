import { warning } from './check.js';
import type { Finding } from './check.js';
import type { Investigation } from './investigation.js';
import { OWN_FILES } from './remedies.js';

/** Describes why a text is not the expected PEM block. It shows labels only, never content. */
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

export const hasLines = (pem: string) => /-----BEGIN [^-]+-----\s*?\n/.test(pem);

/** The apps repair such a text, but OpenSSL and most clients read only lines. */
export function lostLineBreaks(investigation: Investigation, what: string, pem: string): Finding | undefined {
  if (hasLines(pem)) return undefined;
  const { usesOwnKey, remedies } = investigation;
  return warning(`The line breaks of the ${what} were lost`, {
    cause: `${pem.includes('\\n') ? 'The text contains "\\n" where a line ends' : 'The text has no lines'}: a tool or a variable that it passed through changed it. The apps repair it; other clients reject it.`,
    remedy: usesOwnKey
      ? OWN_FILES
      : `Take the original text again, and pass it on as JSON or in a file:\n${remedies.originalBinding}`,
    code: 'binding_certificate_invalid',
  });
}
