import { createSecureContext, type SecureContext } from 'node:tls';
import type { ServerAuthority } from '../pki/server-authority.js';
import { VALIDITY_DAYS, validityFromToday } from '../pki/validity.js';

/**
 * Creates a secure context whose server certificate expired yesterday.
 * @param clientAuthorities PEM of the authorities that issue client certificates
 */
export async function createExpiredContext(
  servers: ServerAuthority,
  clientAuthorities: string,
): Promise<SecureContext> {
  const { certificate, key } = await servers.issueServerCertificate({
    dnsNames: ['localhost'],
    ipAddresses: [],
    validity: validityFromToday(VALIDITY_DAYS.expiredServer),
  });
  return createSecureContext({ cert: certificate, key, ca: clientAuthorities });
}
