import { createHash } from 'node:crypto';
import { unescapeLineBreaks } from '../binding/pem.js';

/** Base64 of the largest certificate that is looked at, and of what surrounds it in the longest of the formats. */
const MAX_HEADER_CHARACTERS = 16_384;
const PEM = /^-----BEGIN CERTIFICATE-----\n?([A-Za-z0-9+/=\n]+?)\n?-----END CERTIFICATE-----\n?$/;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/**
 * Reads the client's certificate from an `x-forwarded-client-cert` header, in any of the formats of docs/reference/ias-facts.md#cloud-foundry:
 * base64 DER, PEM, PEM with line breaks escaped or turned into blanks, URL-encoded PEM, and the elements of Envoy and
 * Istio.
 *
 * @param hops how many elements there have to be, the first of them the client's; other formats hold one certificate
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
 * `key=value` pairs joined by semicolons, elements by commas, values in double quotes where they hold a delimiter
 * (Envoy, x-forwarded-client-cert).
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
 * Envoy always quotes `Cert`, `Chain` and `Subject`, and always writes `Hash`. It quotes and escapes no alternative name
 * of the certificate, so whoever gets to choose one can add pairs: `URI=spiffe://x/;Cert=…`. An added certificate is
 * refused for want of quotes, as a second one, or by its hash.
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
  const plain = (text.includes('%') ? decodePercent(text) : text)?.trim();
  if (plain === undefined) return undefined;
  const base64 = plain.startsWith('-----') ? base64OfPem(plain) : plain;
  if (base64 === undefined || base64.length % 4 !== 0 || !BASE64.test(base64)) return undefined;
  const der = Buffer.from(base64, 'base64');
  return der.toString('base64') === base64 ? der : undefined;
}

function base64OfPem(text: string): string | undefined {
  const lines = unescapeLineBreaks(text)
    .replace(/(?<!BEGIN|END) /g, '\n')
    .replace(/\n+/g, '\n');
  return PEM.exec(lines)?.[1]?.replaceAll('\n', '');
}

function decodePercent(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
