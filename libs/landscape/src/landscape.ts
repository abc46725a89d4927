import { randomUUID } from 'node:crypto';
import { AdminServer } from './admin/admin.server.js';
import type { BindingRequest } from './binding/binding-request.js';
import { type ClientCertificateOptions, IdentityBindingIssuer } from './binding/identity-binding.issuer.js';
import type { IdentityCredentials } from './binding/identity-credentials.js';
import { vcapServices, type VcapServices, type VcapServicesOptions } from './binding/vcap-services.js';
import type { LandscapeOptions } from './landscape.options.js';
import { CertificateAuthority, type IssuedCertificate } from './pki/certificate-authority.js';
import { validityAround } from './pki/validity.js';
import { Router } from './router/router.js';
import { Application } from './tenant/application.js';
import { Tenant } from './tenant/tenant.js';

interface Stoppable {
  stop(): Promise<void>;
}

interface Parts {
  readonly ca: CertificateAuthority;
  readonly tenant: Tenant;
  readonly router: Router;
  readonly admin: AdminServer;
  readonly application: Application;
  readonly bindings: IdentityBindingIssuer;
}

const LOCAL_NAMES = {
  dnsNames: ['localhost', '*.localhost', '*.cert.localhost'],
  ipAddresses: ['127.0.0.1', '::1'],
};

/** A running stand-in for the part of BTP that apps talk to: an IAS tenant and the Cloud Foundry router. */
export class Landscape {
  /** What clients have to trust. */
  readonly ca: { readonly pem: string };
  readonly tenant: Tenant;
  readonly router: Router;
  readonly admin: { readonly url: string };
  /** The application that bindings are issued for. */
  readonly application: { readonly clientId: string; readonly appTid: string };
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.ca = { pem: parts.ca.pem };
    this.tenant = parts.tenant;
    this.router = parts.router;
    this.admin = { url: parts.admin.url };
    this.application = { clientId: parts.application.clientId, appTid: parts.application.appTid };
    this.#parts = parts;
  }

  /**
   * Binds an app: makes credentials and registers them at the tenant. Binding again rotates: the old credentials
   * stay valid beside the new ones.
   * @throws {RangeError} for parameters the identity service refuses
   */
  async issueBinding(request: BindingRequest): Promise<IdentityCredentials> {
    return this.#parts.bindings.issue(request);
  }

  /**
   * Issues a client certificate nobody is registered with: for bindings of type `X509_PROVIDED` and `X509_ATTESTED`,
   * and to play a stranger.
   * @throws {RangeError} for a validity the identity service refuses
   */
  async issueCertificate(options: ClientCertificateOptions): Promise<IssuedCertificate> {
    return this.#parts.bindings.issueCertificate(options);
  }

  /** The content of `VCAP_SERVICES` for an app with these credentials. */
  vcapServices(credentials: IdentityCredentials, options?: VcapServicesOptions): VcapServices {
    return vcapServices(credentials, options);
  }

  /** Ends everything at once, idle keep-alive connections included. */
  async stop(): Promise<void> {
    await stopAll([this.#parts.tenant, this.#parts.router, this.#parts.admin]);
  }
}

/**
 * Starts a landscape.
 * @throws the `node:net` error with `code` and `port` (`EADDRINUSE`, …) of a port that cannot be bound; nothing is
 * left running then
 */
export async function startLandscape(options: LandscapeOptions = {}): Promise<Landscape> {
  const { host = '127.0.0.1', clientKey = 'EC', now = Date.now } = options;
  const ca = await CertificateAuthority.create();
  const serverCertificate = await ca.issueServerCertificate({
    ...LOCAL_NAMES,
    validity: validityAround(Date.now(), { before: 1, after: 365 }),
  });
  const application = new Application({
    clientId: options.clientId ?? randomUUID(),
    appTid: options.appTid ?? randomUUID(),
    tokenValidity: options.tokenValidity ?? 3600,
  });
  const started: Stoppable[] = [];
  const starting = async <Part extends Stoppable>(part: Promise<Part>): Promise<Part> => {
    started.push(await part);
    return part;
  };
  try {
    const tenant = await starting(
      Tenant.start({ ca, serverCertificate, application, host, port: options.tenantPort ?? 0, now }),
    );
    const router = await starting(
      Router.start({ ca, serverCertificate, host, port: options.routerPort ?? 0 }),
    );
    const admin = await starting(
      AdminServer.start(options.adminPort ?? 0, {
        status: () => ({ ias: tenant.url, router: router.url, counters: tenant.counters.snapshot() }),
        listFaults: () => tenant.faults.list(),
        addFault: (fault) => tenant.faults.add(fault),
        clearFaults: () => tenant.faults.clear(),
      }),
    );
    const bindings = new IdentityBindingIssuer({ ca, application, issuer: tenant.url, clientKey, now });
    return new Landscape({ ca, tenant, router, admin, application, bindings });
  } catch (error) {
    await stopAll(started);
    throw error;
  }
}

async function stopAll(parts: readonly Stoppable[]): Promise<void> {
  await Promise.all(parts.map(async (part) => part.stop()));
}
