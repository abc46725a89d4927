import { X509Certificate } from 'node:crypto';
import { rootCertificates } from 'node:tls';
import type { IasSettings } from '../core/settings.js';
import { ConfigurationError, printablePath } from '../errors/ias-error.js';
import { readPemFile, repairPem } from './pem.js';

/**
 * Certificates to trust when `caFile` is set: the roots of Node.js, `NODE_EXTRA_CA_CERTS` and the file.
 *
 * `ca` on a connection replaces the defaults, so the list repeats them. Without `caFile`, Node.js uses its own defaults
 * (docs/decisions/0023).
 *
 * @returns PEM certificates, or `undefined` for the defaults of Node.js
 * @throws {ConfigurationError} the file cannot be read or contains no certificate
 */
export function readTrustedAuthorities({
  caFile,
  platform,
}: Pick<IasSettings, 'caFile' | 'platform'>): readonly string[] | undefined {
  if (caFile === undefined) return undefined;
  const extra = platform.extraCaFile;
  return [
    ...rootCertificates,
    ...(extra === undefined ? [] : certificatesOf(extra, 'NODE_EXTRA_CA_CERTS')),
    ...certificatesOf(caFile, 'IAS_CA_FILE'),
  ];
}

function certificatesOf(file: string, variable: string): string[] {
  const blocks = repairPem(readPemFile(file, variable)).filter(({ label }) => label.endsWith('CERTIFICATE'));
  if (blocks.length === 0) throw unusable(file, variable, 'contains no PEM certificate');
  return blocks.map(({ pem }) => {
    try {
      return new X509Certificate(pem).toString();
    } catch {
      throw unusable(file, variable, 'contains an unreadable certificate');
    }
  });
}

function unusable(file: string, variable: string, what: string): ConfigurationError {
  return new ConfigurationError(
    `The file ${printablePath(file)} (${variable}) ${what}: check the content of the file.`,
  );
}
