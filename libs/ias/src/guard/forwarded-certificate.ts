import { createHash } from 'node:crypto';
import { unescapeLineBreaks } from '../binding/pem.js';

/** Room for the base64 of a large certificate and the rest of the longest format. */
const MAX_HEADER_CHARACTERS = 16_384;
/** Blanks may stand for line breaks. */
const PEM = /^-----BEGIN CERTIFICATE-----([A-Za-z0-9+/= \n]+)-----END CERTIFICATE-----[ \n]*$/;
const HOST = /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*(?::\d{1,5})?$/i;
const MAX_HOST_CHARACTERS = 259;

/**
 * Reads the client's certificate from the value of an `x-forwarded-client-cert` header. Formats: base64 DER, PEM, PEM with escaped line
 * breaks or spaces instead of them, URL-encoded PEM, and the elements of Envoy and Istio
 * (docs/reference/ias-facts.md#cloud-foundry).
 *
 * @param hops required number of elements, of which the first is the client's; other formats have one certificate
 * @returns DER, or `undefined` for anything else
 */
export function parseForwardedCertificate(value: string, hops: number): Buffer | undefined {
  if (value.length > MAX_HEADER_CHARACTERS) return undefined;
  if (!/^[A-Za-z]+=/.test(value)) return hops === 1 ? decodeCertificate(value) : undefined;
  const elements = splitElements(value);
  return elements?.length === hops ? certificateOf(elements[0] ?? []) : undefined;
}

interface Pair {
  /** In lower case. */
  readonly key: string;
  readonly text: string;
  readonly isQuoted: boolean;
}

/**
 * Envoy's format of x-forwarded-client-cert: semicolons between `key=value` pairs, commas between elements, double quotes
 * around values with a delimiter.
 */
const PAIR = /([A-Za-z]+)=("(?:[^"\\]|\\.)*"|[^",;]*)([;,]|$)/y;

function splitElements(value: string): Pair[][] | undefined {
  const elements: Pair[][] = [[]];
  PAIR.lastIndex = 0;
  while (PAIR.lastIndex < value.length) {
    const [, key, text = '', delimiter] = PAIR.exec(value) ?? [];
    if (key === undefined) return undefined;
    const isQuoted = text.startsWith('"');
    elements.at(-1)?.push({ key: key.toLowerCase(), text: isQuoted ? text.slice(1, -1) : text, isQuoted });
    if (delimiter === ',') elements.push([]);
  }
  return elements;
}

/**
 * Envoy always quotes `Cert`, `Chain` and `Subject`, and always writes `Hash`. It does not quote or escape alternative
 * names of the certificate, so a client that can choose one can add pairs: `URI=spiffe://x/;Cert=…`. An added certificate
 * has no quotes, is a second one, or does not match the hash.
 */
function certificateOf(element: readonly Pair[]): Buffer | undefined {
  const certificates = element.filter(({ key }) => key === 'cert' || key === 'chain');
  if (!certificates.every(({ isQuoted }) => isQuoted)) return undefined;
  const [certificate, ...others] = certificates.filter(({ key }) => key === 'cert');
  if (!certificate || others.length > 0) return undefined;
  const der = decodeCertificate(certificate.text);
  const hash = der && createHash('sha256').update(der).digest('hex');
  const hashes = element.filter(({ key }) => key === 'hash');
  return hashes.every(({ text }) => text.toLowerCase() === hash) ? der : undefined;
}

function decodeCertificate(text: string): Buffer | undefined {
  const plain = decodePercent(text)?.trim();
  const base64 = plain?.startsWith('-----') ? base64OfPem(plain) : plain;
  if (!base64) return undefined;
  const der = Buffer.from(base64, 'base64');
  // Node.js decodes other spellings, too.
  return der.toString('base64') === base64 ? der : undefined;
}

function base64OfPem(text: string): string | undefined {
  return PEM.exec(unescapeLineBreaks(text))?.[1]?.replace(/[ \n]/g, '');
}

function decodePercent(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** Tells whether a raw `Host` value is a trusted host. */
export type HostMatcher = (host: string) => boolean;

/**
 * Compiles patterns of trusted hosts. `*` matches any characters, dots included. The matcher ignores a port; a value that
 * is not a plain host name matches nothing, and an empty list matches nothing.
 *
 * @param patterns in lower case
 */
export function compileHostPatterns(patterns: readonly string[]): HostMatcher {
  const expressions = patterns.map((pattern) => {
    const literals = pattern.split('*').map((literal) => literal.replace(/[\\^$+?.()|[\]{}]/g, '\\$&'));
    return new RegExp(`^${literals.join('.*')}$`);
  });
  return (host) => {
    if (host.length > MAX_HOST_CHARACTERS || !HOST.test(host)) return false;
    const name = host.toLowerCase().replace(/:\d+$/, '');
    return expressions.some((expression) => expression.test(name));
  };
}
