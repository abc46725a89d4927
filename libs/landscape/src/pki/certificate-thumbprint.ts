import { createHash, type X509Certificate } from 'node:crypto';

const thumbprints = new WeakMap<X509Certificate, string>();

/** `x5t#S256` of a certificate: base64url of the SHA-256 of its DER (RFC 8705 §3.1). */
export function certificateThumbprint(certificate: X509Certificate): string {
  const known = thumbprints.get(certificate);
  if (known !== undefined) return known;
  const thumbprint = createHash('sha256').update(certificate.raw).digest('base64url');
  thumbprints.set(certificate, thumbprint);
  return thumbprint;
}
