import { createHash } from 'node:crypto';
import { unescapeLineBreaks } from '../binding/pem.js';
import { printable } from '../errors/ias-error.js';
import { AuthenticationException } from './authentication-exception.js';
import type { ReceivedRequest } from './received-request.js';

/** Room for the base64 of a large certificate and the rest of the longest format. */
const MAX_HEADER_CHARACTERS = 16_384;
/** Blanks may stand for line breaks. */
const PEM = /^-----BEGIN CERTIFICATE-----([A-Za-z0-9+/= \n]+)-----END CERTIFICATE-----[ \n]*$/;
const HOST = /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*(?::\d{1,5})?$/i;
const MAX_HOST_CHARACTERS = 259;
/** A target in which no router sees a host (RFC 9112 §3.2.1, RFC 3986 §4.2). */
const ORIGIN_FORM = /^\/(?![/\\])/;

const UNTRUSTED_HOST =
  'not in trustedCertHosts; the caller must use a host that is, on Cloud Foundry the .cert. host of the app';
const NO_HEADER =
  'the request has no x-forwarded-client-cert header; the caller presented no certificate, or the router does not forward it';

/**
 * Reads the one `x-forwarded-client-cert` header of a request that came through the router.
 *
 * @throws {AuthenticationException} `proof_missing`; the log contains the called host and what is missing
 */
export function readForwardedCertificateHeader(request: ReceivedRequest, isTrustedHost: HostMatcher): string {
  const [value, ...others] = request.forwardedCertificates;
  const fault = findRouterFault(request, isTrustedHost);
  if (fault !== undefined) throw proofMissing(request, fault);
  if (value === undefined) throw proofMissing(request, NO_HEADER);
  if (others.length > 0)
    throw proofMissing(request, 'the request has several x-forwarded-client-cert headers');
  return value;
}

/** @param fault why the request proves nothing; it never repeats the header */
export function proofMissing({ hosts }: ReceivedRequest, fault: string): AuthenticationException {
  const [host] = hosts;
  // The caller chooses the host.
  const shown = host === undefined ? '(none)' : JSON.stringify(printable(host));
  return new AuthenticationException('proof_missing', `host ${shown}: ${fault}`);
}

/**
 * A request that came through the router has exactly one host, and that host is trusted. With two, or a target in absolute
 * form, the router may have used the other one.
 */
function findRouterFault({ url, hosts }: ReceivedRequest, isTrustedHost: HostMatcher): string | undefined {
  const [host, ...others] = hosts;
  if (host === undefined) return 'the request names no host';
  if (others.length > 0) return 'the request names several hosts';
  if (!ORIGIN_FORM.test(url)) return 'the target of the request is not a path';
  return isTrustedHost(host) ? undefined : UNTRUSTED_HOST;
}

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
