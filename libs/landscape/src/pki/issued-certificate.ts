import type { X509Certificate } from 'node:crypto';

/** A certificate chain with its private key, for a TLS endpoint. */
export interface IssuedCertificate {
  readonly leaf: X509Certificate;
  /** PEM chain, leaf first, then the intermediate. */
  readonly certificate: string;
  /** PEM of the private key. */
  readonly key: string;
}
