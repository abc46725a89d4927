/** Base64 of the largest certificate that is looked at, and of what surrounds it in the longest of the formats. */
const MAX_HEADER_CHARACTERS = 16_384;
const PEM = /^-----BEGIN CERTIFICATE-----\n?([A-Za-z0-9+/=\n]+?)\n?-----END CERTIFICATE-----\n?$/;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/**
 * Reads the client's certificate from an `x-forwarded-client-cert` header, in any of the formats of facts.md §6:
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
  const [certificate, ...others] = elements?.[0] ?? [];
  if (elements?.length !== hops || certificate === undefined || others.length > 0) return undefined;
  return decodeCertificate(certificate);
}

/**
 * `key=value` pairs joined by semicolons, elements by commas, values in double quotes where they hold a delimiter
 * (Envoy, x-forwarded-client-cert).
 */
const PAIR = /([A-Za-z]+)=("(?:[^"\\]|\\.)*"|[^",;]*)([;,]|$)/y;

/** The certificates of each element. */
function splitElements(value: string): string[][] | undefined {
  const elements: string[][] = [[]];
  PAIR.lastIndex = 0;
  while (PAIR.lastIndex < value.length) {
    const [, key, text = '', delimiter] = PAIR.exec(value) ?? [];
    if (key === undefined) return undefined;
    if (key.toLowerCase() === 'cert') elements.at(-1)?.push(text.replace(/^"(.*)"$/s, '$1'));
    if (delimiter === ',') elements.push([]);
  }
  return elements;
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
  const lines = text
    .replace(/\\r\\n|\\n|\r\n?/g, '\n')
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
