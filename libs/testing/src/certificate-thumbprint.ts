import { createHash, X509Certificate } from 'node:crypto';

/** A certificate: PEM (of a chain the leaf counts), DER, or parsed. */
export type Certificate = string | Buffer | X509Certificate;

/** A certificate, parsed. */
export function leafOf(certificate: Certificate): X509Certificate {
  return certificate instanceof X509Certificate ? certificate : new X509Certificate(certificate);
}

/** `x5t#S256` of a certificate: what a token bound to it confirms (RFC 8705 §3.1). */
export function thumbprintOf(certificate: Certificate): string {
  return createHash('sha256').update(leafOf(certificate).raw).digest('base64url');
}
