import { createHash, randomBytes, timingSafeEqual, type X509Certificate } from 'node:crypto';
import { certificateThumbprint } from '../pki/certificate-thumbprint.js';

/** Why a certificate does not authenticate an application. */
export type CertificateRefusal = 'certificate_unknown' | 'certificate_unbound';

/** IAS knows at most this many subjects of one application (facts.md §3). */
const MAXIMUM_SUBJECTS = 20;

/** Takes a credential away; it is refused from now on. */
export type Unregister = () => void;

/** What an application may authenticate with. */
export class ApplicationCredentials {
  readonly #thumbprints = new Set<string>();
  /** How many bindings share a subject. */
  readonly #subjects = new Map<string, number>();
  readonly #unbound = new Set<string>();
  readonly #secretDigests = new Set<Buffer>();

  /** Lets exactly this certificate authenticate the application. */
  registerCertificate(certificate: X509Certificate): Unregister {
    const thumbprint = certificateThumbprint(certificate);
    this.#thumbprints.add(thumbprint);
    this.#unbound.delete(thumbprint);
    return () => {
      this.#thumbprints.delete(thumbprint);
      // Its subject may still be known by another binding.
      this.#unbound.add(thumbprint);
    };
  }

  /**
   * Lets every certificate with this subject authenticate the application, as long as the authority issued it.
   * @param subject as `X509Certificate#subject` writes it
   * @throws {RangeError} beyond 20 different subjects
   */
  registerSubject(subject: string): Unregister {
    if (!this.#subjects.has(subject) && this.#subjects.size >= MAXIMUM_SUBJECTS) {
      throw new RangeError(`An application has at most ${MAXIMUM_SUBJECTS} certificate subjects.`);
    }
    this.#countSubject(subject, 1);
    return () => this.#countSubject(subject, -1);
  }

  /** Why a certificate is refused; undefined where it is a credential of this application. */
  refusalOf(certificate: X509Certificate): CertificateRefusal | undefined {
    const thumbprint = certificateThumbprint(certificate);
    if (this.#unbound.has(thumbprint)) return 'certificate_unbound';
    const known = this.#thumbprints.has(thumbprint) || this.#subjects.has(certificate.subject);
    return known ? undefined : 'certificate_unknown';
  }

  /** Makes a client secret; only its digest is kept. */
  createSecret(): { readonly secret: string; readonly unregister: Unregister } {
    const secret = randomBytes(32).toString('base64url');
    const known = digest(secret);
    this.#secretDigests.add(known);
    return { secret, unregister: () => void this.#secretDigests.delete(known) };
  }

  /** Whether a secret is one of this application's. */
  hasSecret(secret: string): boolean {
    const candidate = digest(secret);
    return [...this.#secretDigests].some((known) => timingSafeEqual(known, candidate));
  }

  #countSubject(subject: string, difference: 1 | -1): void {
    const bindings = (this.#subjects.get(subject) ?? 0) + difference;
    if (bindings > 0) this.#subjects.set(subject, bindings);
    else this.#subjects.delete(subject);
  }
}

function digest(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
