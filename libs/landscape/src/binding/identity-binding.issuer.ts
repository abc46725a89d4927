import { randomUUID, X509Certificate } from 'node:crypto';
import type { CertificateAuthority, IssuedCertificate } from '../pki/certificate-authority.js';
import type { ClientKey } from '../pki/client-key.js';
import { validityAround } from '../pki/validity.js';
import type { Application } from '../tenant/application.js';
import {
  assertAppIdentifier,
  type BindingRequest,
  type CertificateLifetime,
  type GeneratedCertificateRequest,
  type ProvidedCertificateRequest,
  validityDaysOf,
} from './binding-request.js';
import type { CredentialType, IdentityCredentials } from './identity-credentials.js';

/** What bindings are issued from. */
export interface BindingIssuerContext {
  readonly ca: CertificateAuthority;
  readonly application: Application;
  readonly issuer: string;
  readonly clientKey: ClientKey;
  /** The time in milliseconds. */
  readonly now: () => number;
}

/** A client certificate that belongs to no binding yet. */
export interface ClientCertificateOptions extends CertificateLifetime {
  /** Common name of the subject. */
  readonly commonName: string;
  /** @default the landscape's `clientKey` */
  readonly key?: ClientKey;
}

/** Binds apps to the application of a tenant, and registers the credentials they get. */
export class IdentityBindingIssuer {
  constructor(private readonly context: BindingIssuerContext) {}

  /** @throws {RangeError} for parameters the identity service refuses */
  async issue(request: BindingRequest): Promise<IdentityCredentials> {
    const { application } = this.context;
    const common = this.#commonCredentials(request.type);
    switch (request.type) {
      case 'X509_GENERATED':
        return { ...common, ...(await this.#generatedCredentials(request)) };
      case 'X509_PROVIDED':
        this.#registerProvided(request);
        return { ...common, certificate: request.certificate };
      case 'X509_ATTESTED':
        application.registerSubject(new X509Certificate(request.certificate).subject);
        return common;
      case 'SECRET':
        return { ...common, clientsecret: application.createSecret() };
      case 'NONE':
        return common;
    }
  }

  /**
   * Issues a certificate nobody is registered with: for `X509_PROVIDED` and `X509_ATTESTED`, and for strangers.
   * @throws {RangeError} for a validity the identity service refuses
   */
  async issueCertificate(options: ClientCertificateOptions): Promise<IssuedCertificate> {
    const { ca, application, clientKey, now } = this.context;
    const days = validityDaysOf(options);
    const startsIn = options.startsInDays ?? 0;
    return ca.issueClientCertificate({
      subject: [
        { C: ['DE'] },
        { O: ['SAP SE'] },
        { OU: ['SAP Cloud Platform Clients'] },
        { OU: [application.clientId] },
        { CN: [options.commonName] },
      ],
      key: options.key ?? clientKey,
      validity: validityAround(now(), { before: -startsIn, after: startsIn + days }),
    });
  }

  #commonCredentials(type: CredentialType): IdentityCredentials {
    const { application, issuer } = this.context;
    const { host } = new URL(issuer);
    return {
      clientid: application.clientId,
      app_tid: application.appTid,
      url: issuer,
      domain: host,
      domains: [host],
      'credential-type': type,
      'btp-tenant-api': issuer,
      authorization_endpoint: `${issuer}/oauth2/authorize`,
      end_session_endpoint: `${issuer}/oauth2/logout`,
    };
  }

  async #generatedCredentials(
    request: GeneratedCertificateRequest,
  ): Promise<Pick<IdentityCredentials, 'certificate' | 'key' | 'certificate_expires_at'>> {
    const { application } = this.context;
    const { appIdentifier = randomUUID(), ...lifetime } = request;
    if (request.appIdentifier !== undefined) assertAppIdentifier(request.appIdentifier);
    const { leaf, certificate, key } = await this.issueCertificate({
      ...lifetime,
      commonName: appIdentifier,
    });
    application.registerSubject(leaf.subject);
    application.registerCertificate(leaf);
    const expiresAt = new Date(leaf.validTo).toISOString().replace('.000Z', 'Z');
    return { certificate, key, certificate_expires_at: expiresAt };
  }

  #registerProvided(request: ProvidedCertificateRequest): void {
    const certificate = new X509Certificate(request.certificate);
    if (!this.context.ca.hasIssued(certificate)) {
      throw new RangeError("A provided certificate comes from the landscape's authority.");
    }
    if (this.context.application.hasCertificate(certificate)) {
      throw new RangeError('A provided certificate is unique in its tenant.');
    }
    this.context.application.registerCertificate(certificate);
  }
}
