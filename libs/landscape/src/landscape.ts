import { randomUUID } from 'node:crypto';
import { AdminServer } from './admin/admin-server.js';
import type { BindingRequest } from './binding/binding-request.js';
import { type ClientCertificateOptions, IdentityBindingIssuer } from './binding/identity-binding-issuer.js';
import type { IdentityCredentials } from './binding/identity-credentials.js';
import { vcapServices, type VcapServices, type VcapServicesOptions } from './binding/vcap-services.js';
import {
  type LandscapeOptions,
  landscapeOptionsSchema,
  type TenantOptions,
  tenantOptionsSchema,
} from './landscape-options.js';
import {
  CertificateAuthority,
  type IssuedCertificate,
  type ServerNames,
} from './pki/certificate-authority.js';
import { validityAround } from './pki/validity.js';
import { Router } from './router/router.js';
import { CaFile } from './trust/ca-file.js';
import { ProcessTrust, type RestoreTrust } from './trust/process-trust.js';
import type { Application } from './tenant/application.js';
import { type ApplicationOptions, applicationOptionsSchema } from './tenant/application-options.js';
import { Tenant } from './tenant/tenant.js';
import { validated } from './validated.js';

interface Stoppable {
  stop(): Promise<void>;
}

interface Ground {
  readonly ca: CertificateAuthority;
  readonly serverCertificate: IssuedCertificate;
  readonly host: string;
  readonly now: () => number;
}

interface Parts {
  readonly tenant: Tenant;
  /** Every tenant; those to come are added. */
  readonly tenants: Tenant[];
  readonly router: Router;
  readonly admin: AdminServer;
  readonly application: Application;
}

const LOCAL_NAMES = {
  dnsNames: ['localhost', '*.localhost', '*.cert.localhost'],
  ipAddresses: ['127.0.0.1', '::1'],
};

/** A running stand-in for the part of BTP that apps talk to: IAS tenants and the Cloud Foundry router. */
export class Landscape {
  /** What clients have to trust. */
  readonly ca: { readonly pem: string };
  /** The tenant that is there from the start. */
  readonly tenant: Tenant;
  readonly router: Router;
  readonly admin: { readonly url: string };
  /** The application that is there from the start; bindings are issued for it unless another one is named. */
  readonly application: Application;
  readonly #ground: Ground;
  readonly #tenants: Tenant[];
  readonly #bindings: IdentityBindingIssuer;
  readonly #stoppables: Stoppable[];
  readonly #caFile: CaFile;
  readonly #trust: ProcessTrust;
  #isStopped = false;

  constructor(ground: Ground, parts: Parts, clientKey: LandscapeOptions['clientKey'] = 'EC') {
    this.ca = { pem: ground.ca.pem };
    this.tenant = parts.tenant;
    this.router = parts.router;
    this.admin = { url: parts.admin.url };
    this.application = parts.application;
    this.#ground = ground;
    this.#tenants = parts.tenants;
    this.#stoppables = [parts.tenant, parts.router, parts.admin];
    this.#trust = new ProcessTrust(ground.ca.pem, () => this.#ports());
    this.#caFile = new CaFile(ground.ca.pem);
    const domains = () => this.#tenants.map(({ url }) => new URL(url).host);
    this.#bindings = new IdentityBindingIssuer({ ca: ground.ca, clientKey, now: ground.now, domains });
  }

  /** Every tenant, the one that is there from the start first. */
  get tenants(): readonly Tenant[] {
    return this.#tenants;
  }

  /**
   * Starts a further tenant: a subscriber, or somebody else's. Bindings issued from now on name it in `domains`, as
   * the domains of IAS are shared by all its tenants.
   * @throws {RangeError} for options that IAS does not allow, and an `appTid` that is taken
   * @throws the `node:net` error of a port that cannot be bound
   */
  async addTenant(options: TenantOptions = {}): Promise<Tenant> {
    validated(tenantOptionsSchema, options, 'tenant');
    this.#assertRunning();
    if (this.#tenants.some(({ appTid }) => appTid === options.appTid)) {
      throw new RangeError('The landscape has a tenant of this appTid.');
    }
    const tenant = await startTenant(this.#ground, options);
    this.#stoppables.push(tenant);
    if (this.#isStopped) await tenant.stop();
    this.#assertRunning();
    this.#tenants.push(tenant);
    tenant.prepare();
    return tenant;
  }

  /**
   * Binds an app: makes credentials and registers them at the application. Binding again rotates: the old credentials
   * stay valid beside the new ones.
   * @throws {RangeError} for parameters the identity service refuses
   */
  async issueBinding(request: BindingRequest, application = this.application): Promise<IdentityCredentials> {
    if (!this.#tenants.some(({ url }) => url === application.tenantUrl)) {
      throw new RangeError('The application belongs to another landscape.');
    }
    return this.#bindings.issue(request, application);
  }

  /**
   * Removes a binding: what `issueBinding` returned is refused from now on, other bindings stay. Tokens that were issued
   * before stay valid until they expire.
   * @throws {RangeError} for what is no binding of this landscape, or no binding any more
   */
  removeBinding(credentials: IdentityCredentials): void {
    this.#bindings.remove(credentials);
  }

  /**
   * Issues a client certificate nobody is registered with: for bindings of type `X509_PROVIDED` and `X509_ATTESTED`,
   * and to play a stranger.
   * @throws {RangeError} for a validity the identity service refuses
   */
  async issueCertificate(
    options: ClientCertificateOptions,
    application = this.application,
  ): Promise<IssuedCertificate> {
    return this.#bindings.issueCertificate(options, application);
  }

  /**
   * Issues a certificate for a server of the test, valid for 30 days: who trusts the landscape trusts its authority.
   * Without names it has no subjectAltName, and clients that follow RFC 9525 refuse it.
   */
  async issueServerCertificate({
    dnsNames = [],
    ipAddresses = [],
    commonName = 'localhost',
  }: Partial<ServerNames> = {}): Promise<IssuedCertificate> {
    const validity = validityAround(Date.now(), { before: 1, after: 30 });
    return this.#ground.ca.issueServerCertificate({ dnsNames, ipAddresses, commonName, validity });
  }

  /** The content of `VCAP_SERVICES` for an app with these credentials. */
  vcapServices(credentials: IdentityCredentials, options?: VcapServicesOptions): VcapServices {
    return vcapServices(credentials, options);
  }

  /**
   * Lets this process trust the landscape, whatever client it uses (`node:https`, axios, `fetch`, xssec), until the
   * landscape stops or the returned function is called. Nobody else loses trust. A client that resumes a TLS session
   * from before still connects after.
   */
  trust(): RestoreTrust {
    this.#assertRunning();
    return this.#trust.acquire();
  }

  /** Path of a file with `ca.pem`, for `NODE_EXTRA_CA_CERTS` or `IAS_CA_FILE` of other processes; removed on stop. */
  async caFile(): Promise<string> {
    this.#assertRunning();
    return this.#caFile.path();
  }

  /** Ends everything at once, idle keep-alive connections included; once is enough, twice does no harm. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#trust.end();
    await stopAll([...this.#stoppables, { stop: async () => this.#caFile.remove() }]);
  }

  #assertRunning(): void {
    if (this.#isStopped) throw new Error('The landscape has been stopped.');
  }

  #ports(): ReadonlySet<number> {
    return new Set([...this.#tenants, this.router].map(({ url }) => Number(new URL(url).port)));
  }
}

/**
 * Starts a landscape.
 * @throws the `node:net` error with `code` and `port` (`EADDRINUSE`, …) of a port that cannot be bound; nothing is
 * left running then
 * @throws {RangeError} for options that IAS does not allow
 */
export async function startLandscape(options: LandscapeOptions = {}): Promise<Landscape> {
  validated(landscapeOptionsSchema, options, 'landscape');
  const { host = '127.0.0.1', now = Date.now } = options;
  const ca = await CertificateAuthority.create();
  const serverCertificate = await ca.issueServerCertificate({
    ...LOCAL_NAMES,
    validity: validityAround(Date.now(), { before: 1, after: 365 }),
  });
  const ground: Ground = { ca, serverCertificate, host, now };
  const started: Stoppable[] = [];
  const starting = async <Part extends Stoppable>(part: Promise<Part>): Promise<Part> => {
    started.push(await part);
    return part;
  };
  try {
    const tenant = await starting(startTenant(ground, { ...options, port: options.tenantPort ?? 0 }));
    const tenants = [tenant];
    const application = tenant.addApplication(applicationOptionsOf(options));
    const router = await starting(Router.start({ ...ground, port: options.routerPort ?? 0 }));
    const admin = await starting(AdminServer.start(options.adminPort ?? 0, { tenants, router }));
    tenant.prepare();
    return new Landscape(ground, { tenant, tenants, router, admin, application }, options.clientKey);
  } catch (error) {
    await stopAll(started);
    throw error;
  }
}

function applicationOptionsOf(options: LandscapeOptions): ApplicationOptions {
  const names = Object.keys(applicationOptionsSchema.shape);
  return Object.fromEntries(Object.entries(options).filter(([name]) => names.includes(name)));
}

async function startTenant(ground: Ground, options: TenantOptions): Promise<Tenant> {
  return Tenant.start({
    ...ground,
    port: options.port ?? 0,
    appTid: options.appTid ?? randomUUID(),
    customIssuer: options.customIssuer,
    limits: options.limits ?? {},
  });
}

async function stopAll(parts: readonly Stoppable[]): Promise<void> {
  const stopped = await Promise.allSettled(parts.map(async (part) => part.stop()));
  const failure = stopped.find((part) => part.status === 'rejected');
  if (failure !== undefined) throw failure.reason;
}
