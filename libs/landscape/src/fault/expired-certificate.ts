import { createSecureContext, type SecureContext } from 'node:tls';
import type { CertificateAuthority } from '../pki/certificate-authority.js';
import { validityAround } from '../pki/validity.js';

/** Creates a secure context whose server certificate expired yesterday. */
export async function createExpiredContext(ca: CertificateAuthority): Promise<SecureContext> {
  const { certificate, key } = await ca.issueServerCertificate({
    dnsNames: ['localhost'],
    ipAddresses: [],
    validity: validityAround(Date.now(), { before: 2, after: -1 }),
  });
  return createSecureContext({ cert: certificate, key, ca: ca.trustedPem });
}
