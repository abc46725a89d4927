import { createSecureContext, type SecureContext } from 'node:tls';
import type { CertificateAuthority } from '../pki/certificate-authority.js';

const DAY = 86_400_000;

/** Creates a secure context whose server certificate expired yesterday. */
export async function createExpiredContext(ca: CertificateAuthority): Promise<SecureContext> {
  const now = Date.now();
  const { certificate, key } = await ca.issueServerCertificate({
    dnsNames: ['localhost'],
    ipAddresses: [],
    validity: { notBefore: new Date(now - 2 * DAY), notAfter: new Date(now - DAY) },
  });
  return createSecureContext({ cert: certificate, key, ca: ca.trustedPem });
}
