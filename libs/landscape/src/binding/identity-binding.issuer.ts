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
  /** Hosts whose tokens the application may be sent, port included. */
  readonly domains: () => readonly string[];
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
  async issue(request: BindingRequest, application: Application): Promise<IdentityCredentials> {
    const common = this.#commonCredentials(request.type, application);
    switch (request.type) {
      case 'X509_GENERATED':
        return { ...common, ...(await this.#generatedCredentials(request, application)) };
      case 'X509_PROVIDED':
        this.#registerProvided(request, application);
        return { ...common, certificate: request.certificate };
      case 'X509_ATTESTED':
        application.credentials.registerSubject(new X509Certificate(request.certificate).subject);
        return common;
      case 'SECRET':
        return { ...common, clientsecret: application.credentials.createSecret() };
      case 'NONE':
        return common;
    }
  }

  /**
   * Issues a certificate nobody is registered with: for `X509_PROVIDED` and `X509_ATTESTED`, and for strangers.
   * @throws {RangeError} for a validity the identity service refuses
   */
  async issueCertificate(
    options: ClientCertificateOptions,
    application: Application,
  ): Promise<IssuedCertificate> {
    const { ca, clientKey, now } = this.context;
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

  #commonCredentials(type: CredentialType, application: Application): IdentityCredentials {
    const issuer = application.tenantUrl;
    return {
      clientid: application.clientId,
      app_tid: application.appTid,
      url: issuer,
      domain: new URL(issuer).host,
      domains: this.context.domains(),
      'credential-type': type,
      'btp-tenant-api': issuer,
      authorization_endpoint: `${issuer}/oauth2/authorize`,
      end_session_endpoint: `${issuer}/oauth2/logout`,
    };
  }

  async #generatedCredentials(
    request: GeneratedCertificateRequest,
    application: Application,
  ): Promise<Pick<IdentityCredentials, 'certificate' | 'key' | 'certificate_expires_at'>> {
    const { appIdentifier = randomUUID(), ...lifetime } = request;
    if (request.appIdentifier !== undefined) assertAppIdentifier(request.appIdentifier);
    const { leaf, certificate, key } = await this.issueCertificate(
      { ...lifetime, commonName: appIdentifier },
      application,
    );
    application.credentials.registerSubject(leaf.subject);
    application.credentials.registerCertificate(leaf);
    const expiresAt = new Date(leaf.validTo).toISOString().replace('.000Z', 'Z');
    return { certificate, key, certificate_expires_at: expiresAt };
  }

  #registerProvided(request: ProvidedCertificateRequest, application: Application): void {
    const certificate = new X509Certificate(request.certificate);
    if (!this.context.ca.hasIssued(certificate)) {
      throw new RangeError("A provided certificate comes from the landscape's authority.");
    }
    if (application.credentials.hasCertificate(certificate)) {
      throw new RangeError('A provided certificate is unique in its tenant.');
    }
    application.credentials.registerCertificate(certificate);
  }
}
