import { X509Certificate } from 'node:crypto';
import { parseForwardedCertificate, repairPem } from 'nest-ias/internal';
import type { PemBlock } from 'nest-ias/internal';
import { readBindingDocument } from '../binding/binding-document.js';
import { findJson } from '../binding/json-in-text.js';
import { isObject } from '../binding/service.js';
import type { Services } from '../binding/service.js';

/** The kind of a text. */
export type Recognised =
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'pem'; readonly blocks: readonly PemBlock[] }
  | { readonly kind: 'binding'; readonly services: Services }
  | {
      readonly kind: 'forwarded certificate';
      readonly certificate: X509Certificate;
      readonly format: string;
    };

const JWT = /^(?:(?:authorization:\s*)?bearer\s+)?([\w-]+\.[\w-]+\.[\w-]*)$/i;
const MAX_HOPS = 10;

/** Recognises a token, PEM, a binding, or the value of `x-forwarded-client-cert`; `undefined` for anything else. */
export function recognise(text: string): Recognised | undefined {
  const trimmed = text.trim().replace(/^"([^"]*)"$/, '$1');
  const token = JWT.exec(trimmed)?.[1] ?? tokenOfResponse(trimmed);
  if (token !== undefined) return { kind: 'token', token };
  const services = trimmed.includes('{') ? readBindingDocument(text) : undefined;
  if (services !== undefined) return { kind: 'binding', services };
  const header = trimmed.replace(/^x-forwarded-client-cert:\s*/i, '');
  const isHeader = header !== trimmed || !header.startsWith('-----BEGIN') || header.includes('%');
  return (isHeader ? recogniseHeader(header) : undefined) ?? recognisePem(trimmed);
}

/** The response of a token endpoint (RFC 6749 §5.1). */
function tokenOfResponse(text: string): string | undefined {
  const [document] = findJson(text);
  const token = isObject(document?.value) ? document.value['access_token'] : undefined;
  return typeof token === 'string' ? token : undefined;
}

function recogniseHeader(value: string): Recognised | undefined {
  for (let hops = 1; hops <= MAX_HOPS; hops += 1) {
    const der = parseForwardedCertificate(value, hops);
    const certificate = der && readCertificate(der);
    if (certificate) return { kind: 'forwarded certificate', certificate, format: formatOf(value, hops) };
  }
  return undefined;
}

function formatOf(value: string, hops: number): string {
  if (/^[A-Za-z]+=/.test(value)) {
    return hops === 1
      ? "Envoy's format, one element"
      : `Envoy's format, ${hops} elements (IAS_CERTIFICATE_HOPS=${hops})`;
  }
  if (value.includes('%')) return 'URL-encoded PEM';
  return value.startsWith('-----') ? 'PEM' : 'base64 DER, as the Cloud Foundry router sends it';
}

function recognisePem(text: string): Recognised | undefined {
  const blocks = repairPem(text);
  return blocks.length > 0 ? { kind: 'pem', blocks } : undefined;
}

export function readCertificate(content: string | Buffer): X509Certificate | undefined {
  try {
    return new X509Certificate(content);
  } catch {
    return undefined;
  }
}
