import { randomUUID } from 'node:crypto';
import type { CertificateAuthority } from '../pki/certificate-authority.js';
import type { ClientKey } from '../pki/client-key.js';
import { validityAround } from '../pki/validity.js';
import type { Application } from '../tenant/application.js';
import type { CredentialType, IdentityCredentials } from './identity-credentials.js';

/** Parameters of a binding, as `cf bind-service -c` takes them (facts.md §3). */
export interface BindingRequest {
  readonly type: CredentialType;
  /** Common name of the certificate, at most 20 characters; it keeps the subject stable over rotations. @default random */
  readonly appIdentifier?: string;
  /** Days the certificate is valid, 1 to 30. @default 30 */
  readonly validityDays?: number;
}

/** What bindings are issued from. */
export interface BindingIssuerContext {
  readonly ca: CertificateAuthority;
  readonly application: Application;
  readonly issuer: string;
  readonly clientKey: ClientKey;
  /** The time in milliseconds. */
  readonly now: () => number;
}

const MAXIMUM_VALIDITY_DAYS = 30;
const MAXIMUM_IDENTIFIER_LENGTH = 20;

/** Binds apps to the application of a tenant, and registers the credentials they get. */
export class IdentityBindingIssuer {
  constructor(private readonly context: BindingIssuerContext) {}

  /** @throws {RangeError} for parameters the identity service refuses */
  async issue(request: BindingRequest): Promise<IdentityCredentials> {
    assertParameters(request);
    switch (request.type) {
      case 'X509_GENERATED':
        return { ...this.#common(request.type), ...(await this.#certificateCredentials(request)) };
      case 'SECRET':
        return { ...this.#common(request.type), clientsecret: this.context.application.createSecret() };
      case 'NONE':
        return this.#common(request.type);
    }
  }

  #common(type: CredentialType): IdentityCredentials {
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

  async #certificateCredentials(
    request: BindingRequest,
  ): Promise<Pick<IdentityCredentials, 'certificate' | 'key' | 'certificate_expires_at'>> {
    const { ca, application, clientKey, now } = this.context;
    const validity = validityAround(now(), {
      before: 0,
      after: request.validityDays ?? MAXIMUM_VALIDITY_DAYS,
    });
    const issued = await ca.issueClientCertificate({
      subject: [
        { C: ['DE'] },
        { O: ['SAP SE'] },
        { OU: ['SAP Cloud Platform Clients'] },
        { OU: [application.appTid] },
        { CN: [request.appIdentifier ?? randomUUID()] },
      ],
      key: clientKey,
      validity,
    });
    application.registerCertificate(issued.leaf);
    return {
      certificate: issued.certificate,
      key: issued.key,
      certificate_expires_at: validity.notAfter.toISOString().replace('.000Z', 'Z'),
    };
  }
}

function assertParameters({ appIdentifier, validityDays }: BindingRequest): void {
  if (
    appIdentifier !== undefined &&
    (appIdentifier === '' || appIdentifier.length > MAXIMUM_IDENTIFIER_LENGTH)
  ) {
    throw new RangeError(`app-identifier has 1 to ${MAXIMUM_IDENTIFIER_LENGTH} characters.`);
  }
  if (validityDays !== undefined && !(validityDays >= 1 && validityDays <= MAXIMUM_VALIDITY_DAYS)) {
    throw new RangeError(`validity is 1 to ${MAXIMUM_VALIDITY_DAYS} days.`);
  }
}
