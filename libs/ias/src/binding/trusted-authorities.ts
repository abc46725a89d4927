import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { rootCertificates } from 'node:tls';
import { ConfigurationError } from '../errors/ias-error.js';
import { printablePath } from '../errors/printable.js';
import { repairPem } from './pem-repair.js';

/**
 * Certificates to trust when `caFile` is given: the usual roots, `NODE_EXTRA_CA_CERTS` and the file.
 *
 * A `ca` on a connection replaces the defaults, so they are listed anew; without a file nothing is set and Node.js
 * keeps its own (docs/decisions/0023).
 *
 * @returns PEM certificates, or `undefined` for the defaults of Node.js
 * @throws {ConfigurationError} the file cannot be read or holds no certificate
 */
export function readTrustedAuthorities(caFile: string | undefined): readonly string[] | undefined {
  if (caFile === undefined) return undefined;
  const extra = process.env['NODE_EXTRA_CA_CERTS'];
  return [
    ...rootCertificates,
    ...(extra ? certificatesOf(extra, 'NODE_EXTRA_CA_CERTS') : []),
    ...certificatesOf(caFile, 'IAS_CA_FILE'),
  ];
}

function certificatesOf(file: string, variable: string): string[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new ConfigurationError(
      `The file ${printablePath(file)} of ${variable} cannot be read: check the path and its permissions.`,
    );
  }
  const certificates = repairPem(text).filter(({ label }) => label.endsWith('CERTIFICATE'));
  if (certificates.length === 0) {
    throw new ConfigurationError(
      `The file ${printablePath(file)} of ${variable} holds no PEM certificate: check its content.`,
    );
  }
  return certificates.map(({ pem }) => readAuthority(pem, file, variable));
}

function readAuthority(pem: string, file: string, variable: string): string {
  try {
    return new X509Certificate(pem).toString();
  } catch {
    throw new ConfigurationError(
      `The file ${printablePath(file)} of ${variable} holds a certificate that cannot be read: check its content.`,
    );
  }
}
