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

interface Issued {
  readonly properties: Partial<IdentityCredentials>;
  readonly unregister: readonly Unregister[];
}

/** Binds apps to the application of a tenant, and registers the credentials they get. */
export class IdentityBindingIssuer {
  readonly #bindings = new WeakMap<IdentityCredentials, readonly Unregister[]>();
  readonly #certificates = new RegisteredCertificates();

  constructor(private readonly context: BindingIssuerContext) {}

  /** @throws {RangeError} for parameters the identity service refuses */
  async issue(request: BindingRequest, application: Application): Promise<IdentityCredentials> {
    const { properties, unregister } = await this.#register(request, application);
    const credentials = { ...this.#commonCredentials(request.type, application), ...properties };
    this.#bindings.set(credentials, unregister);
    return credentials;
  }

  /**
   * Removes a binding: its credentials are refused from now on.
   * @throws {RangeError} for what is no binding, or no binding any more
   */
  remove(credentials: IdentityCredentials): void {
    const unregister = this.#bindings.get(credentials);
    if (unregister === undefined) throw new RangeError('This is no binding of the landscape (any more).');
    this.#bindings.delete(credentials);
    for (const takeAway of unregister) takeAway();
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
        throw new RangeError(`A binding has one of the types ${CREDENTIAL_TYPES.join(', ')}.`);
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
      throw new RangeError("A provided certificate comes from the landscape's authority.");
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
    throw new RangeError('The certificate is no certificate in PEM.');
  }
}

function clientKeyOf(key: ClientKey): ClientKey {
  if (CLIENT_KEYS.includes(key)) return key;
  throw new RangeError(`A client key is one of ${CLIENT_KEYS.join(', ')}.`);
}
