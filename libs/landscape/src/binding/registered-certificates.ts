import type { X509Certificate } from 'node:crypto';
import { certificateThumbprint } from '../pki/certificate-thumbprint.js';

/** The certificates of all bindings; each is unique in its tenant (`docs/reference/ias-facts.md#parameters`). */
export class RegisteredCertificates {
  readonly #claimed = new Set<string>();

  /**
   * Claims a certificate for a binding; the returned function releases it.
   * @throws {RangeError} if another binding of the tenant has it
   */
  claim(certificate: X509Certificate, tenantUrl: string): () => void {
    const name = `${tenantUrl} ${certificateThumbprint(certificate)}`;
    if (this.#claimed.has(name))
      throw new RangeError('Another binding of the tenant already has this certificate.');
    this.#claimed.add(name);
    return () => void this.#claimed.delete(name);
  }
}
