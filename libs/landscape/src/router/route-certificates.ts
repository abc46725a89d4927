import { createSecureContext, type SecureContext } from 'node:tls';
import type { CertificateAuthority } from '../pki/certificate-authority.js';
import { validityAround } from '../pki/validity.js';

/**
 * A server certificate for each route, chosen by SNI. Clients take no wildcard directly under a top-level name
 * (`*.localhost`), so one certificate cannot serve all.
 */
export class RouteCertificates {
  readonly #contexts = new Map<string, Promise<SecureContext>>();

  constructor(
    private readonly ca: CertificateAuthority,
    private readonly sessionIdContext: string,
  ) {}

  /** Has a certificate made for a host name, in the background. */
  prepare(hostName: string): void {
    const name = hostName.toLowerCase();
    if (this.#contexts.has(name)) return;
    const context = this.#issue(name);
    // Whoever connects meets the failure in `find`.
    context.catch(() => undefined);
    this.#contexts.set(name, context);
  }

  /** The secure context of a host name; undefined where no route has it. */
  async find(serverName: string): Promise<SecureContext | undefined> {
    return this.#contexts.get(serverName.toLowerCase());
  }

  async #issue(hostName: string): Promise<SecureContext> {
    const { certificate, key } = await this.ca.issueServerCertificate({
      dnsNames: [hostName],
      ipAddresses: [],
      validity: validityAround(Date.now(), { before: 1, after: 365 }),
    });
    return createSecureContext({
      cert: certificate,
      key,
      ca: this.ca.trustedPem,
      sessionIdContext: this.sessionIdContext,
    });
  }
}
