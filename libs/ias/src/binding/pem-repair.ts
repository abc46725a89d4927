/** One PEM block: label (`CERTIFICATE`, `RSA PRIVATE KEY`, …) and normalised text. */
export interface PemBlock {
  readonly label: string;
  readonly pem: string;
}

const BLOCK = /-----BEGIN ([A-Z0-9 ]{1,40})-----((?:(?!-----)[^])*)-----END \1-----/g;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/**
 * Finds the PEM blocks of a text and gives each the line breaks that OpenSSL insists on.
 *
 * Bindings arrive with line breaks escaped as `\n`, turned into blanks, doubled as CRLF, or missing inside the
 * 64-column body (docs/reference/ias-facts.md#bindings). Anything that is not a block, and any block whose body is not base64, is left out.
 * Blocks with RFC 1421 headers (encrypted keys of the traditional form) are kept as they are.
 */
export function repairPem(text: string): PemBlock[] {
  const unescaped = text.replace(/\\r\\n|\\n|\r\n?/g, '\n');
  const blocks: PemBlock[] = [];
  for (const [whole, label = '', body = ''] of unescaped.matchAll(BLOCK)) {
    if (body.includes('Proc-Type:')) {
      blocks.push({ label, pem: `${whole}\n` });
      continue;
    }
    const base64 = body.replace(/\s+/g, '');
    if (!BASE64.test(base64)) continue;
    const lines = base64.match(/.{1,64}/g) ?? [];
    blocks.push({ label, pem: `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n` });
  }
  return blocks;
}
