import { createHash, createPrivateKey } from 'node:crypto';
import type { KeyObject, X509Certificate } from 'node:crypto';
import { describeSpan } from '@nest-ias/runtime/internal';
import type { PemBlock } from 'nest-ias/internal';
import type { Line, Section } from '../text/lines.js';
import { describeMoment } from '../text/moments.js';
import { readCertificate } from './recognise.js';

/** base64url(SHA-256(DER)): the value of `cnf["x5t#S256"]` (RFC 8705 §3.1). */
export function thumbprintOf({ raw }: X509Certificate): string {
  return createHash('sha256').update(raw).digest('base64url');
}

/** Explains the certificate of a client line by line. */
export function certificateLines(certificate: X509Certificate, now: number): Line[] {
  return [
    ...authorityLines(certificate, now),
    ['SHA-256', certificate.fingerprint256.replaceAll(':', '').toLowerCase(), 'The thumbprint in hex.'],
    [
      'cnf x5t#S256',
      thumbprintOf(certificate),
      'The same thumbprint in base64url: tokens bound to this certificate contain it in the claim cnf.',
    ],
  ];
}

/** Tokens are never bound to the other certificates of a chain. */
function authorityLines(certificate: X509Certificate, now: number): Line[] {
  const { subject, issuer, validFrom, validTo, serialNumber, publicKey } = certificate;
  const [from, to] = [Date.parse(validFrom), Date.parse(validTo)];
  return [
    ['subject', oneLine(subject)],
    ['issuer', oneLine(issuer), 'The authority that signed it.'],
    ['serial number', serialNumber],
    from > now
      ? ['valid from', describeMoment(from, now), 'It is not valid yet.']
      : ['valid from', describeMoment(from, now)],
    ['valid until', describeMoment(to, now), validityNote(from, to, now)],
    ['public key', describeKey(publicKey)],
  ];
}

/** Explains the blocks of a PEM text: certificates, leaf first, and keys. */
export function pemSections(blocks: readonly PemBlock[], now: number): Section[] {
  const certificates = blocks.flatMap(({ label, pem }) =>
    label === 'CERTIFICATE' ? (readCertificate(pem) ?? []) : [],
  );
  return blocks.map((block, index) => {
    if (block.label !== 'CERTIFICATE') return keySection(block, certificates);
    const certificate = readCertificate(block.pem);
    const title = index === 0 ? 'Certificate' : `Certificate ${index + 1} of the chain`;
    if (certificate === undefined)
      return { title, lines: [['content', 'cannot be read', 'It may be truncated.']] };
    const lines = index === 0 ? certificateLines(certificate, now) : authorityLines(certificate, now);
    const previous =
      certificates[certificates.indexOf(certificate) - 1] ?? readCertificate(blocks[index - 1]?.pem ?? '');
    return { title, lines: previous === undefined ? lines : [...lines, chainLine(previous, certificate)] };
  });
}

function chainLine(previous: X509Certificate, certificate: X509Certificate): Line {
  const isIssuer = previous.checkIssued(certificate) && previous.verify(certificate.publicKey);
  return ['chain', isIssuer ? 'issued the certificate before it' : 'did not issue the certificate before it'];
}

/** Describes a key and whether it belongs to the first certificate. It never shows a part of the key. */
function keySection({ label, pem }: PemBlock, [leaf]: readonly X509Certificate[]): Section {
  if (!label.endsWith('PRIVATE KEY')) return { title: label, lines: [['content', 'not explained here']] };
  const key = readKey(pem);
  const isEncrypted = label.startsWith('ENCRYPTED') || pem.includes('Proc-Type:');
  const what = isEncrypted
    ? 'encrypted: the apps need it without a passphrase'
    : 'cannot be read: it may be truncated';
  const lines: Line[] = [
    ['format', label],
    ['key', key === undefined ? what : describeKey(key), 'The key itself is never shown.'],
  ];
  if (key !== undefined && leaf !== undefined)
    lines.push([
      'belongs to',
      leaf.checkPrivateKey(key) ? 'the certificate above' : 'another certificate than the one above',
    ]);
  return { title: 'Private key', lines };
}

function readKey(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem);
  } catch {
    return undefined;
  }
}

function describeKey({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): string {
  const { modulusLength, namedCurve } = asymmetricKeyDetails ?? {};
  return [asymmetricKeyType?.toUpperCase() ?? 'unknown', modulusLength ?? namedCurve ?? ''].join(' ').trim();
}

function validityNote(from: number, to: number, now: number): string {
  if (to < now) return 'It has expired.';
  return `Issued for ${describeSpan(to - from)}.`;
}

/** A distinguished name as OpenSSL lists it, in one line. */
export function oneLine(name: string): string {
  return name.split('\n').join(', ');
}
