import { createSecureContext, type SecureContext } from 'node:tls';
import type { CertificateAuthority } from '../pki/certificate-authority.js';
import { VALIDITY_DAYS, validityAround } from '../pki/validity.js';

/** Creates a secure context whose server certificate expired yesterday. */
export async function createExpiredContext(ca: CertificateAuthority): Promise<SecureContext> {
  const { certificate, key } = await ca.issueServerCertificate({
    dnsNames: ['localhost'],
    ipAddresses: [],
    validity: validityAround(Date.now(), VALIDITY_DAYS.expiredServer),
  });
  return createSecureContext({ cert: certificate, key, ca: ca.trustedPem });
}
