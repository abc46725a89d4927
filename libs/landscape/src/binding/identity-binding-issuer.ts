import { randomUUID, X509Certificate } from 'node:crypto';
import type { ClientAuthority } from '../pki/client-authority.js';
import type { Application } from '../tenant/application.js';
import type { Unregister } from '../tenant/application-credentials.js';
import {
  assertAppIdentifier,
  type BindingRequest,
  type GeneratedCertificateRequest,
  type ProvidedCertificateRequest,
} from './binding-request.js';
import type { ClientCertificateIssuer } from './client-certificate-issuer.js';
import { domainOf } from './identity-credentials.js';
import { CREDENTIAL_TYPES, type CredentialType, type IdentityCredentials } from './identity-credentials.js';
import { RegisteredCertificates } from './registered-certificates.js';

/** The parts of the landscape that issue bindings. */
export interface BindingIssuerContext {
  readonly clients: ClientAuthority;
  /** Domains of all issuers whose tokens the application can receive, with port. */
  readonly domains: () => readonly string[];
  readonly clientCertificates: ClientCertificateIssuer;
}

interface Issued {
  readonly properties: Partial<IdentityCredentials>;
  readonly unregister: readonly Unregister[];
}

/** Issues bindings to the applications of the tenants, and registers their credentials. */
export class IdentityBindingIssuer {
  readonly #bindings = new WeakMap<IdentityCredentials, readonly Unregister[]>();
  readonly #certificates = new RegisteredCertificates();

  readonly #context: BindingIssuerContext;

  constructor(context: BindingIssuerContext) {
    this.#context = context;
  }

  /**
   * @param kept credentials of the binding from an earlier start of the landscape, which stay valid
   * @throws {RangeError} if the identity service rejects the parameters
   */
  async issue(
    request: BindingRequest,
    application: Application,
    kept?: IdentityCredentials,
  ): Promise<IdentityCredentials> {
    const { properties, unregister } = await this.#register(request, application, kept);
    const credentials = { ...this.#commonCredentials(request.type, application), ...properties };
    this.#bindings.set(credentials, unregister);
    return credentials;
  }

  /**
   * Removes a binding. The tenant rejects its credentials from now on.
   * @throws {RangeError} if the binding is unknown or already removed
   */
  remove(credentials: IdentityCredentials): void {
    const unregister = this.#bindings.get(credentials);
    if (unregister === undefined)
      throw new RangeError('The landscape has no such binding, or no longer has it.');
    this.#bindings.delete(credentials);
    for (const unregisterCredential of unregister) unregisterCredential();
  }

  #commonCredentials(type: CredentialType, application: Application): IdentityCredentials {
    const issuer = application.tenantUrl;
    return {
      clientid: application.clientId,
      app_tid: application.appTid,
      url: issuer,
      domain: domainOf(issuer),
      domains: this.#context.domains(),
      'credential-type': type,
      'btp-tenant-api': issuer,
      authorization_endpoint: `${issuer}/oauth2/authorize`,
      end_session_endpoint: `${issuer}/oauth2/logout`,
    };
  }

  async #register(
    request: BindingRequest,
    application: Application,
    kept: IdentityCredentials | undefined,
  ): Promise<Issued> {
    switch (request.type) {
      case 'X509_GENERATED':
        return this.#keepCertificate(kept, application) ?? this.#generateCertificate(request, application);
      case 'X509_PROVIDED':
        return this.#registerProvided(request, application);
      case 'X509_ATTESTED': {
        const { subject } = readCertificate(request.certificate);
        return { properties: {}, unregister: [application.credentials.registerSubject(subject)] };
      }
      case 'SECRET': {
        const { secret, unregister } = application.credentials.addSecret(kept?.clientsecret);
        return { properties: { clientsecret: secret }, unregister: [unregister] };
      }
      case 'NONE':
        return { properties: {}, unregister: [] };
      default:
        throw new RangeError(`The type of a binding must be one of ${CREDENTIAL_TYPES.join(', ')}.`);
    }
  }

  /** Registers a certificate that this landscape's authority issued before a restart. */
  #keepCertificate(
    { certificate, key, certificate_expires_at }: Partial<IdentityCredentials> = {},
    application: Application,
  ): Issued | undefined {
    if (certificate === undefined || key === undefined || certificate_expires_at === undefined)
      return undefined;
    const leaf = readCertificate(certificate);
    if (!this.#context.clients.hasIssued(leaf)) return undefined;
    return {
      properties: { certificate, key, certificate_expires_at },
      unregister: this.#registerGenerated(leaf, application),
    };
  }

  async #generateCertificate(
    { appIdentifier, ...options }: GeneratedCertificateRequest,
    application: Application,
  ): Promise<Issued> {
    if (appIdentifier !== undefined) assertAppIdentifier(appIdentifier);
    const { leaf, certificate, key } = await this.#context.clientCertificates.issue(
      { ...options, commonName: appIdentifier ?? randomUUID() },
      application,
    );
    return {
      properties: {
        certificate,
        key,
        certificate_expires_at: new Date(leaf.validTo).toISOString().replace('.000Z', 'Z'),
      },
      unregister: this.#registerGenerated(leaf, application),
    };
  }

  #registerGenerated(leaf: X509Certificate, application: Application): readonly Unregister[] {
    return [
      application.credentials.registerSubject(leaf.subject),
      ...this.#registerCertificate(leaf, application),
    ];
  }

  #registerProvided({ certificate }: ProvidedCertificateRequest, application: Application): Issued {
    const leaf = readCertificate(certificate);
    if (!this.#context.clients.hasIssued(leaf)) {
      throw new RangeError("A provided certificate must be issued by the landscape's certificate authority.");
    }
    return { properties: { certificate }, unregister: this.#registerCertificate(leaf, application) };
  }

  #registerCertificate(leaf: X509Certificate, application: Application): readonly Unregister[] {
    const release = this.#certificates.claim(leaf, application.tenantUrl);
    return [release, application.credentials.registerCertificate(leaf)];
  }
}

function readCertificate(pem: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch {
    throw new RangeError('The certificate is not a valid PEM certificate.');
  }
}
