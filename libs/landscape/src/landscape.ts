import type { BindingRequest } from './binding/binding-request.js';
import type {
  ClientCertificateIssuer,
  ClientCertificateOptions,
} from './binding/client-certificate-issuer.js';
import type { BindingRegistry, NamedBinding } from './binding/binding-registry.js';
import type { IdentityBindingIssuer } from './binding/identity-binding-issuer.js';
import type { IdentityCredentials } from './binding/identity-credentials.js';
import { vcapServices, type VcapServices, type VcapServicesOptions } from './binding/vcap-services.js';
import { type TenantOptions, tenantOptionsSchema } from './landscape-options.js';
import { type Parts, type SharedSettings, startTenant, stopAll, type Stoppable } from './landscape-parts.js';
import type { IssuedCertificate } from './pki/issued-certificate.js';
import type { ServerNames } from './pki/server-authority.js';
import { VALIDITY_DAYS, validityFromToday } from './pki/validity.js';
import type { Router } from './router/router.js';
import { CaFile } from './trust/ca-file.js';
import { ProcessTrust, type RestoreTrust } from './trust/process-trust.js';
import type { Application } from './tenant/application.js';
import type { Tenant } from './tenant/tenant.js';
import { validated } from './option-validation.js';

/** Options of a binding with a name. */
export interface AddedBindingOptions {
  /** @default the initial application */
  readonly application?: Application;
  /** Writes credentials to the files of the app. @default none: only the caller gets them */
  readonly publish?: (credentials: IdentityCredentials) => Promise<void>;
  /** Credentials of an earlier start of the landscape, which stay valid. @default new ones */
  readonly kept?: IdentityCredentials;
}

/** A running simulation of the part of SAP BTP that apps talk to: IAS tenants and the Cloud Foundry router. */
export class Landscape {
  /** The authority of the server certificates, which clients have to trust. */
  readonly ca: { readonly pem: string };
  /** The initial tenant. */
  readonly tenant: Tenant;
  readonly router: Router;
  /** The admin endpoint, and the bearer token for operations that return a secret. */
  readonly admin: { readonly url: string; readonly token: string };
  /** The initial application, for which `issueBinding` issues bindings by default. */
  readonly application: Application;
  readonly #shared: SharedSettings;
  readonly #tenants: Tenant[];
  readonly #clientCertificates: ClientCertificateIssuer;
  readonly #issuer: IdentityBindingIssuer;
  readonly #bindings: BindingRegistry;
  readonly #stoppables: Stoppable[];
  readonly #caFile: CaFile;
  readonly #trust: ProcessTrust;
  #isStopped = false;

  constructor(shared: SharedSettings, parts: Parts) {
    this.ca = { pem: shared.servers.pem };
    this.tenant = parts.tenant;
    this.router = parts.router;
    this.admin = { url: parts.admin.url, token: parts.adminToken };
    this.application = parts.application;
    this.#shared = shared;
    this.#tenants = parts.tenants;
    this.#stoppables = [parts.tenant, parts.router, parts.admin];
    this.#trust = new ProcessTrust(shared.servers.pem, () => this.#ports());
    this.#caFile = new CaFile(shared.servers.pem);
    this.#clientCertificates = parts.clientCertificates;
    this.#issuer = parts.issuer;
    this.#bindings = parts.bindings;
  }

  /** Every tenant, the initial one first. */
  get tenants(): readonly Tenant[] {
    return this.#tenants;
  }

  /**
   * Starts an additional tenant: a subscriber, or a tenant of another customer. Bindings issued from now on name its
   * host in `domains`, because all tenants of IAS share their domains.
   * @throws {RangeError} if IAS does not allow the options, or another tenant has the `appTid`
   * @throws the `node:net` error if the port cannot be bound
   */
  async addTenant(options: TenantOptions = {}): Promise<Tenant> {
    validated(tenantOptionsSchema, options, 'tenant');
    this.#assertRunning();
    if (this.#tenants.some(({ appTid }) => appTid === options.appTid)) {
      throw new RangeError('The landscape already has a tenant with this appTid.');
    }
    const tenant = await startTenant(this.#shared, options);
    this.#stoppables.push(tenant);
    if (this.#isStopped) await tenant.stop();
    this.#assertRunning();
    this.#tenants.push(tenant);
    tenant.prepare();
    return tenant;
  }

  /**
   * Issues a binding: creates credentials and registers them with the application. To rotate, issue another binding;
   * the old credentials stay valid, too.
   * @throws {RangeError} if the identity service rejects the parameters
   */
  async issueBinding(request: BindingRequest, application = this.application): Promise<IdentityCredentials> {
    if (!this.#tenants.some(({ url }) => url === application.tenantUrl)) {
      throw new RangeError('The application belongs to another landscape.');
    }
    return this.#issuer.issue(request, application);
  }

  /**
   * Issues a binding with a name, by which `rotateBinding` and the admin endpoint rotate it.
   * @param publish writes the credentials to the files of the app, now and after each rotation
   * @throws {RangeError} if the name is invalid or taken, or the identity service rejects the parameters
   */
  async addBinding(
    name: string,
    request: BindingRequest,
    { application = this.application, publish, kept }: AddedBindingOptions = {},
  ): Promise<IdentityCredentials> {
    const { credentials } = await this.#bindings.add(name, { request, application, publish, kept });
    return credentials;
  }

  /**
   * Gives a binding with a name new credentials. The previous ones stay valid until the next rotation.
   * @throws {RangeError} if there is no such binding, or the landscape did not create its credentials
   */
  async rotateBinding(name: string): Promise<NamedBinding> {
    return this.#bindings.rotate(name);
  }

  /**
   * Removes a binding: the tenant rejects its credentials from now on. Other bindings stay, and issued tokens stay valid
   * until they expire.
   * @throws {RangeError} if the binding is unknown or already removed
   */
  removeBinding(credentials: IdentityCredentials): void {
    this.#issuer.remove(credentials);
  }

  /**
   * Issues a client certificate that is not registered anywhere: for bindings of type `X509_PROVIDED` and
   * `X509_ATTESTED`, and to act as an unknown client.
   * @throws {RangeError} if the identity service rejects the validity
   */
  async issueCertificate(
    options: ClientCertificateOptions,
    application = this.application,
  ): Promise<IssuedCertificate> {
    return this.#clientCertificates.issue(options, application);
  }

  /**
   * Issues a certificate for a server of the test, valid for 30 days and signed by the authority of the landscape.
   * Without names it has no subjectAltName, and clients that follow RFC 9525 refuse it.
   * @throws {RangeError} if a name is neither loopback nor below `localhost`
   */
  async issueServerCertificate({
    dnsNames = [],
    ipAddresses = [],
    commonName = 'localhost',
  }: Partial<ServerNames> = {}): Promise<IssuedCertificate> {
    const validity = validityFromToday(VALIDITY_DAYS.testServer);
    return this.#shared.servers.issueServerCertificate({ dnsNames, ipAddresses, commonName, validity });
  }

  /** Returns the content of `VCAP_SERVICES` for an app with these credentials. */
  vcapServices(credentials: IdentityCredentials, options?: VcapServicesOptions): VcapServices {
    return vcapServices(credentials, options);
  }

  /**
   * Makes this process trust the landscape in every client (`node:https`, axios, `fetch`, xssec), until the landscape
   * stops or you call the returned function. Other calls of `trust` keep their trust. A client that resumes an earlier
   * TLS session can still connect afterwards.
   */
  trust(): RestoreTrust {
    this.#assertRunning();
    return this.#trust.acquire();
  }

  /** Returns the path of a file with `ca.pem`, for `NODE_EXTRA_CA_CERTS` or `IAS_CA_FILE` of other processes. `stop` removes it. */
  async caFile(): Promise<string> {
    this.#assertRunning();
    return this.#caFile.path();
  }

  /** Stops everything immediately and closes all connections. Calling it again has no effect. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#trust.end();
    await stopAll([...this.#stoppables, { stop: async () => this.#caFile.remove() }]);
  }

  #assertRunning(): void {
    if (this.#isStopped) throw new Error('The landscape has stopped.');
  }

  #ports(): ReadonlySet<number> {
    return new Set([...this.#tenants, this.router].map(({ url }) => Number(new URL(url).port)));
  }
}
