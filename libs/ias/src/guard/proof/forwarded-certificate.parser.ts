/** Base64 of the largest certificate that is looked at, and of what surrounds it in the longest of the formats. */
const MAX_HEADER_CHARACTERS = 16_384;
const PEM = /^-----BEGIN CERTIFICATE-----\n?([A-Za-z0-9+/=\n]+?)\n?-----END CERTIFICATE-----\n?$/;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/**
 * Reads the one certificate of an `x-forwarded-client-cert` header, in any of the formats of facts.md §6: base64 DER,
 * PEM, PEM with line breaks escaped or turned into blanks, URL-encoded PEM, and the elements of Envoy and Istio.
 *
 * @returns DER, or `undefined` for anything that is not exactly one certificate
 */
export function parseForwardedCertificate(value: string): Buffer | undefined {
  if (value.length > MAX_HEADER_CHARACTERS) return undefined;
  const text = /^[A-Za-z]+=/.test(value) ? certificateOfElement(value) : value;
  return text === undefined ? undefined : decodeCertificate(text);
}

/** `key=value` pairs joined by semicolons, values in double quotes where they hold a delimiter (Envoy's XFCC). */
const PAIR = /([A-Za-z]+)=("(?:[^"\\]|\\.)*"|[^",;]*)(;|$)/y;

function certificateOfElement(element: string): string | undefined {
  const certificates: string[] = [];
  PAIR.lastIndex = 0;
  while (PAIR.lastIndex < element.length) {
    // A comma between elements ends the match: several certificates prove nothing.
    const [, key = '', value = ''] = PAIR.exec(element) ?? [];
    if (key === '') return undefined;
    if (key.toLowerCase() === 'cert') certificates.push(value.replace(/^"(.*)"$/s, '$1'));
  }
  return certificates.length === 1 ? certificates[0] : undefined;
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
