import { createHash, randomBytes, timingSafeEqual, type X509Certificate } from 'node:crypto';
import { certificateThumbprint } from '../pki/certificate-thumbprint.js';

/** Why a certificate does not authenticate an application. */
export type CertificateRefusal = 'certificate_unknown' | 'certificate_revoked';

/** IAS knows at most this many subjects of one application (facts.md §3). */
const MAXIMUM_SUBJECTS = 20;

/** What an application may authenticate with. */
export class ApplicationCredentials {
  readonly #thumbprints = new Set<string>();
  readonly #subjects = new Set<string>();
  readonly #revoked = new Set<string>();
  readonly #secretDigests: Buffer[] = [];

  /** Lets exactly this certificate authenticate the application. */
  registerCertificate(certificate: X509Certificate): void {
    this.#thumbprints.add(certificateThumbprint(certificate));
  }

  /**
   * Lets every certificate with this subject authenticate the application, as long as the authority issued it.
   * @param subject as `X509Certificate#subject` writes it
   * @throws {RangeError} beyond 20 different subjects
   */
  registerSubject(subject: string): void {
    if (!this.#subjects.has(subject) && this.#subjects.size >= MAXIMUM_SUBJECTS) {
      throw new RangeError(`An application has at most ${MAXIMUM_SUBJECTS} certificate subjects.`);
    }
    this.#subjects.add(subject);
  }

  /** Refuses a certificate from now on ("somebody stole it"), even where its subject is known. */
  revokeCertificate(thumbprint: string): void {
    this.#revoked.add(thumbprint);
  }

  /** Why a certificate is refused; undefined where it is a credential of this application. */
  refusalOf(certificate: X509Certificate): CertificateRefusal | undefined {
    const thumbprint = certificateThumbprint(certificate);
    if (this.#revoked.has(thumbprint)) return 'certificate_revoked';
    const known = this.#thumbprints.has(thumbprint) || this.#subjects.has(certificate.subject);
    return known ? undefined : 'certificate_unknown';
  }

  /** Whether exactly this certificate is registered. */
  hasCertificate(certificate: X509Certificate): boolean {
    return this.#thumbprints.has(certificateThumbprint(certificate));
  }

  /** Makes a client secret; only its digest is kept. */
  createSecret(): string {
    const secret = randomBytes(32).toString('base64url');
    this.#secretDigests.push(digest(secret));
    return secret;
  }

  /** Whether a secret is one of this application's. */
  hasSecret(secret: string): boolean {
    const candidate = digest(secret);
    return this.#secretDigests.some((known) => timingSafeEqual(known, candidate));
  }
}

function digest(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
