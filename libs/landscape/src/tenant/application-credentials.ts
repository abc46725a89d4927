import { createHash, randomBytes, timingSafeEqual, type X509Certificate } from 'node:crypto';
import { certificateThumbprint } from '../pki/certificate-thumbprint.js';

/** Why a certificate does not authenticate an application. */
export type CertificateRefusal = 'certificate_unknown' | 'certificate_unbound';

/** IAS limits the certificate subjects of one application (`docs/reference/ias-facts.md#parameters`). */
const MAXIMUM_SUBJECTS = 20;

/** Removes a credential; the tenant rejects it from now on. */
export type Unregister = () => void;

/** The certificates and client secrets of an application. */
export class ApplicationCredentials {
  readonly #thumbprints = new Set<string>();
  /** Number of bindings by subject. */
  readonly #subjects = new Map<string, number>();
  readonly #unbound = new Set<string>();
  readonly #secretDigests = new Set<Buffer>();

  /** Registers a certificate: exactly this one authenticates the application. */
  registerCertificate(certificate: X509Certificate): Unregister {
    const thumbprint = certificateThumbprint(certificate);
    this.#thumbprints.add(thumbprint);
    this.#unbound.delete(thumbprint);
    return () => {
      this.#thumbprints.delete(thumbprint);
      // Another binding may still have registered its subject.
      this.#unbound.add(thumbprint);
    };
  }

  /**
   * Registers a subject: every certificate of the landscape's authority with this subject authenticates the application.
   * @param subject in the format of `X509Certificate#subject`
   * @throws {RangeError} if the application has 20 other subjects
   */
  registerSubject(subject: string): Unregister {
    if (!this.#subjects.has(subject) && this.#subjects.size >= MAXIMUM_SUBJECTS) {
      throw new RangeError(`An application can have at most ${MAXIMUM_SUBJECTS} certificate subjects.`);
    }
    this.#countSubject(subject, 1);
    return () => this.#countSubject(subject, -1);
  }

  /** Returns why a certificate is rejected; undefined if it is a credential of this application. */
  refusalOf(certificate: X509Certificate): CertificateRefusal | undefined {
    const thumbprint = certificateThumbprint(certificate);
    if (this.#unbound.has(thumbprint)) return 'certificate_unbound';
    const known = this.#thumbprints.has(thumbprint) || this.#subjects.has(certificate.subject);
    return known ? undefined : 'certificate_unknown';
  }

  /** Adds a client secret, by default a random one, and keeps only its digest. */
  addSecret(secret = randomBytes(32).toString('base64url')): {
    readonly secret: string;
    readonly unregister: Unregister;
  } {
    const known = digest(secret);
    this.#secretDigests.add(known);
    return { secret, unregister: () => void this.#secretDigests.delete(known) };
  }

  /** Whether a secret belongs to this application. */
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
