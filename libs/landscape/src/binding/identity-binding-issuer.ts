import { randomUUID, X509Certificate } from 'node:crypto';
import type { CertificateAuthority, IssuedCertificate } from '../pki/certificate-authority.js';
import { CLIENT_KEYS, type ClientKey } from '../pki/client-key.js';
import { validityAround } from '../pki/validity.js';
import type { Application } from '../tenant/application.js';
import type { Unregister } from '../tenant/application-credentials.js';
import {
  assertAppIdentifier,
  type BindingRequest,
  type CertificateLifetime,
  type GeneratedCertificateRequest,
  type ProvidedCertificateRequest,
  daysOf,
} from './binding-request.js';
import { CREDENTIAL_TYPES, type CredentialType, type IdentityCredentials } from './identity-credentials.js';
import { RegisteredCertificates } from './registered-certificates.js';

/** The parts of the landscape that issue bindings. */
export interface BindingIssuerContext {
  readonly ca: CertificateAuthority;
  /** Hosts of all issuers whose tokens the application can receive, with port. */
  readonly domains: () => readonly string[];
  readonly clientKey: ClientKey;
  /** The clock: milliseconds since the epoch. */
  readonly now: () => number;
}

/** Options of a client certificate that belongs to no binding yet. */
export interface ClientCertificateOptions extends CertificateLifetime {
  /** Common name of the subject. */
  readonly commonName: string;
  /** @default the landscape's `clientKey` */
  readonly key?: ClientKey;
}

interface Issued {
  readonly properties: Partial<IdentityCredentials>;
  readonly unregister: readonly Unregister[];
}

/** Issues bindings to the applications of the tenants, and registers their credentials. */
export class IdentityBindingIssuer {
  readonly #bindings = new WeakMap<IdentityCredentials, readonly Unregister[]>();
  readonly #certificates = new RegisteredCertificates();

  constructor(private readonly context: BindingIssuerContext) {}

  /** @throws {RangeError} if the identity service rejects the parameters */
  async issue(request: BindingRequest, application: Application): Promise<IdentityCredentials> {
    const { properties, unregister } = await this.#register(request, application);
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

  /**
   * Issues a certificate that is not registered anywhere: for `X509_PROVIDED`, `X509_ATTESTED` and unknown clients.
   * @throws {RangeError} if the identity service rejects the validity
   */
  async issueCertificate(
    options: ClientCertificateOptions,
    application: Application,
  ): Promise<IssuedCertificate> {
    const { ca, clientKey, now } = this.context;
    const { validityDays, startsInDays } = daysOf(options);
    return ca.issueClientCertificate({
      subject: [
        ['C', 'DE'],
        ['O', 'SAP SE'],
        ['OU', 'SAP Cloud Platform Clients'],
        ['OU', application.clientId],
        ['CN', options.commonName],
      ],
      key: clientKeyOf(options.key ?? clientKey),
      validity: validityAround(now(), { before: -startsInDays, after: startsInDays + validityDays }),
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

  async #register(request: BindingRequest, application: Application): Promise<Issued> {
    switch (request.type) {
      case 'X509_GENERATED':
        return this.#generateCertificate(request, application);
      case 'X509_PROVIDED':
        return this.#registerProvided(request, application);
      case 'X509_ATTESTED': {
        const { subject } = readCertificate(request.certificate);
        return { properties: {}, unregister: [application.credentials.registerSubject(subject)] };
      }
      case 'SECRET': {
        const { secret, unregister } = application.credentials.createSecret();
        return { properties: { clientsecret: secret }, unregister: [unregister] };
      }
      case 'NONE':
        return { properties: {}, unregister: [] };
      default:
        throw new RangeError(`The type of a binding must be one of ${CREDENTIAL_TYPES.join(', ')}.`);
    }
  }

  async #generateCertificate(
    { appIdentifier, ...options }: GeneratedCertificateRequest,
    application: Application,
  ): Promise<Issued> {
    if (appIdentifier !== undefined) assertAppIdentifier(appIdentifier);
    const { leaf, certificate, key } = await this.issueCertificate(
      { ...options, commonName: appIdentifier ?? randomUUID() },
      application,
    );
    return {
      properties: {
        certificate,
        key,
        certificate_expires_at: new Date(leaf.validTo).toISOString().replace('.000Z', 'Z'),
      },
      unregister: [
        application.credentials.registerSubject(leaf.subject),
        ...this.#registerCertificate(leaf, application),
      ],
    };
  }

  #registerProvided({ certificate }: ProvidedCertificateRequest, application: Application): Issued {
    const leaf = readCertificate(certificate);
    if (!this.context.ca.hasIssued(leaf)) {
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

function clientKeyOf(key: ClientKey): ClientKey {
  if (CLIENT_KEYS.includes(key)) return key;
  throw new RangeError(`The key of a client certificate must be one of ${CLIENT_KEYS.join(', ')}.`);
}
