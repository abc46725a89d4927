import { createHash, randomBytes, timingSafeEqual, type X509Certificate } from 'node:crypto';
import { certificateThumbprint } from '../pki/certificate-thumbprint.js';

/** Why a certificate does not authenticate an application. */
export type CertificateRefusal = 'certificate_unknown' | 'certificate_revoked';

/** How an application is registered at a tenant. */
export interface ApplicationRegistration {
  readonly clientId: string;
  /** The tenant the application lives in; it ends up in `app_tid`. */
  readonly appTid: string;
  /** `expires_in` of its tokens, in seconds. */
  readonly tokenValidity: number;
}

/** An application of a tenant with the credentials it may authenticate with. */
export class Application {
  readonly clientId: string;
  readonly appTid: string;
  readonly tokenValidity: number;
  readonly #thumbprints = new Set<string>();
  readonly #revoked = new Set<string>();
  readonly #secretDigests: Buffer[] = [];

  constructor(registration: ApplicationRegistration) {
    this.clientId = registration.clientId;
    this.appTid = registration.appTid;
    this.tokenValidity = registration.tokenValidity;
  }

  /** Lets a certificate authenticate this application. */
  registerCertificate(certificate: X509Certificate): void {
    this.#thumbprints.add(certificateThumbprint(certificate));
  }

  /** Refuses a certificate from now on ("somebody stole it"). */
  revokeCertificate(thumbprint: string): void {
    this.#revoked.add(thumbprint);
  }

  /** Why a certificate is refused; undefined where it is a credential of this application. */
  refusalOf(certificate: X509Certificate): CertificateRefusal | undefined {
    const thumbprint = certificateThumbprint(certificate);
    if (this.#revoked.has(thumbprint)) return 'certificate_revoked';
    return this.#thumbprints.has(thumbprint) ? undefined : 'certificate_unknown';
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

  /** Whether tokens of a tenant are meant for this application. */
  serves(appTid: string): boolean {
    return appTid === this.appTid;
  }
}

function digest(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
