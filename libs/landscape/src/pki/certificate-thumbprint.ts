import { createHash, type X509Certificate } from 'node:crypto';

/** `x5t#S256` of a certificate: base64url of the SHA-256 of its DER (RFC 8705 §3.1). */
export function certificateThumbprint(certificate: X509Certificate): string {
  return createHash('sha256').update(certificate.raw).digest('base64url');
}
