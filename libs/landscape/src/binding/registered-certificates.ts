import type { X509Certificate } from 'node:crypto';
import { certificateThumbprint } from '../pki/certificate-thumbprint.js';

/** The certificates of bindings; one that an app provides must be new to its tenant (facts.md §3). */
export class RegisteredCertificates {
  readonly #claimed = new Set<string>();

  /**
   * Takes a certificate for a binding; the returned function gives it free.
   * @throws {RangeError} when another binding of the tenant has it
   */
  claim(certificate: X509Certificate, tenantUrl: string): () => void {
    const name = `${tenantUrl} ${certificateThumbprint(certificate)}`;
    if (this.#claimed.has(name)) throw new RangeError('A provided certificate is unique in its tenant.');
    this.#claimed.add(name);
    return () => void this.#claimed.delete(name);
  }
}
