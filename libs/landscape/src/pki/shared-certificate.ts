import { isIP } from 'node:net';
import type { IssuedCertificate } from './issued-certificate.js';
import type { ServerAuthority } from './server-authority.js';
import { VALIDITY_DAYS, validityFromToday } from './validity.js';

const LOCAL_NAMES = {
  dnsNames: ['localhost', '*.localhost', '*.cert.localhost'],
  ipAddresses: ['127.0.0.1', '::1'],
};

/** Issues the certificate that tenants, router and admin endpoint share; `hostNames` are names besides `localhost`. */
export async function issueSharedCertificate(
  servers: ServerAuthority,
  hostNames: readonly string[],
): Promise<IssuedCertificate> {
  const isAddress = (name: string) => isIP(name) !== 0;
  return servers.issueServerCertificate({
    dnsNames: [...LOCAL_NAMES.dnsNames, ...hostNames.filter((name) => !isAddress(name))],
    ipAddresses: [...LOCAL_NAMES.ipAddresses, ...hostNames.filter(isAddress)],
    validity: validityFromToday(VALIDITY_DAYS.server),
  });
}
