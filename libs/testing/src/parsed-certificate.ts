import { X509Certificate } from 'node:crypto';
import { certificateThumbprint } from '@nest-ias/landscape';

/** A certificate: PEM (the leaf of a chain), DER, or parsed. */
export type Certificate = string | Buffer | X509Certificate;

/** Parses a certificate. */
export function leafOf(certificate: Certificate): X509Certificate {
  return certificate instanceof X509Certificate ? certificate : new X509Certificate(certificate);
}

/** Returns the `x5t#S256` thumbprint of a certificate, as in the claim `cnf` (RFC 8705 §3.1). */
export function thumbprintOf(certificate: Certificate): string {
  return certificateThumbprint(leafOf(certificate));
}
