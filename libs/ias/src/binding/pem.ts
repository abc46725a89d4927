import { readFileSync } from 'node:fs';
import { ConfigurationError, printablePath } from '../errors/ias-error.js';

/** One PEM block: label (`CERTIFICATE`, `RSA PRIVATE KEY`, …) and normalised text. */
export interface PemBlock {
  readonly label: string;
  readonly pem: string;
}

const BLOCK = /-----BEGIN ([A-Z0-9 ]{1,40})-----((?:(?!-----)[^])*)-----END \1-----/g;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/**
 * Finds the PEM blocks in a text and gives each the line breaks that OpenSSL requires.
 *
 * In bindings, line breaks can be escaped as `\n`, replaced by spaces, written as CRLF, or missing inside the 64-column
 * body (docs/reference/ias-facts.md#bindings). Text outside blocks, and blocks whose body is not base64, are skipped.
 * Blocks with RFC 1421 headers (encrypted keys in the traditional format) are returned unchanged.
 */
export function repairPem(text: string): PemBlock[] {
  const blocks: PemBlock[] = [];
  for (const [whole, label = '', body = ''] of unescapeLineBreaks(text).matchAll(BLOCK)) {
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

/** Turns escaped line breaks (`\n`, `\r\n`), CRLF and CR into LF. */
export function unescapeLineBreaks(text: string): string {
  return text.replace(/\\r\\n|\\n|\r\n?/g, '\n');
}

/**
 * Reads a file that an environment variable names.
 *
 * @throws {ConfigurationError} the file cannot be read
 */
export function readPemFile(file: string, variable: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new ConfigurationError(
      `Cannot read the file ${printablePath(file)} (${variable}): check the path and its permissions.`,
    );
  }
}
