import { randomBytes } from 'node:crypto';
import { AdminServer } from './admin/admin-server.js';
import { type BindingListener, BindingRegistry } from './binding/binding-registry.js';
import { ClientCertificateIssuer } from './binding/client-certificate-issuer.js';
import { domainOf } from './binding/identity-credentials.js';
import { IdentityBindingIssuer } from './binding/identity-binding-issuer.js';
import type { Authorities } from './keep/landscape-keeper.js';
import { Landscape } from './landscape.js';
import { type LandscapeOptions, landscapeOptionsSchema, type TenantOptions } from './landscape-options.js';
import { type SharedSettings, startTenant, stopAll, type Stoppable } from './landscape-parts.js';
import { LOOPBACK_ADDRESS } from './loopback.js';
import { validated, withoutUndefined } from './option-validation.js';
import { ClientAuthority } from './pki/client-authority.js';
import { ServerAuthority } from './pki/server-authority.js';
import { issueSharedCertificate } from './pki/shared-certificate.js';
import type { TenantLogin } from './login/tenant-login-info.js';
import { Router } from './router/router.js';
import { type ApplicationOptions, applicationOptionsSchema } from './tenant/application-options.js';
import { DEFAULT_GRANT_TYPES, JWT_BEARER } from './tenant/grant-types.js';
import type { LoggedRequest } from './tenant/request-log.js';
import type { Tenant } from './tenant/tenant.js';

/** The first application can also exchange tokens of users; IAS needs that in the parameters of the instance. */
const FIRST_APPLICATION_GRANT_TYPES = [...DEFAULT_GRANT_TYPES, JWT_BEARER];

/**
 * Starts a landscape. It does not keep the process running.
 * @throws the `node:net` error with `code` and `port` (`EADDRINUSE`, …) if a port cannot be bound; then all parts are
 * stopped
 * @throws {RangeError} if IAS does not allow the options
 */
export async function startLandscape(options: LandscapeOptions = {}): Promise<Landscape> {
  return startWith(options, {});
}

/** Options of a landscape that only the command sets. */
export interface LandscapeExtras {
  /** The authorities of an earlier landscape. @default new ones */
  readonly authorities?: Authorities | undefined;
  /** Called with each binding that has got new credentials. */
  readonly onBinding?: BindingListener | undefined;
  /** Called when the admin endpoint has revoked a certificate. */
  readonly onRevocation?: (() => Promise<void>) | undefined;
  /** Called with each request that a tenant has answered, with secrets redacted. */
  readonly onRequest?: ((request: LoggedRequest) => void) | undefined;
}

/** Starts a landscape as `startLandscape` does, with the additional options of the command. */
export async function startWith(
  options: LandscapeOptions,
  { authorities, onBinding, onRevocation, onRequest }: LandscapeExtras,
): Promise<Landscape> {
  validated(landscapeOptionsSchema, options, 'landscape');
  const { host = LOOPBACK_ADDRESS, hostNames = [], acceptEmptySecret = true, now = Date.now } = options;
  const { servers, clients } = authorities ?? (await createAuthorities(hostNames));
  const tenants: Tenant[] = [];
  const serverCertificate = await issueSharedCertificate(servers, hostNames);
  const shared: SharedSettings = {
    servers,
    clients,
    serverCertificate,
    hostNames,
    host,
    acceptEmptySecret,
    logins: () => tenants.map(loginOf),
    onRequest,
    now,
  };
  const started: Stoppable[] = [];
  const starting = async <Part extends Stoppable>(part: Promise<Part>): Promise<Part> => {
    started.push(await part);
    return part;
  };
  try {
    const tenant = await starting(startTenant(shared, tenantOptionsOf(options)));
    tenants.push(tenant);
    const application = tenant.addApplication({
      grantTypes: FIRST_APPLICATION_GRANT_TYPES,
      ...applicationOptionsOf(options),
    });
    const router = await starting(Router.start({ ...shared, port: options.routerPort ?? 0 }));
    const domains = () => [...new Set(tenants.map(({ url }) => domainOf(url)))];
    const clientCertificates = new ClientCertificateIssuer({ clients, now, clientKey: options.clientKey });
    const issuer = new IdentityBindingIssuer({ clients, domains, clientCertificates });
    const bindings = new BindingRegistry(issuer, onBinding);
    const adminToken = options.adminToken ?? randomBytes(32).toString('base64url');
    const admin = await starting(
      AdminServer.start(
        {
          host: options.adminHost ?? LOOPBACK_ADDRESS,
          port: options.adminPort ?? 0,
          token: adminToken,
          certificate: serverCertificate,
          hostNames,
        },
        { tenants, router, bindings, onRevocation },
      ),
    );
    tenant.prepare();
    return new Landscape(shared, {
      tenant,
      tenants,
      router,
      admin,
      adminToken,
      application,
      clientCertificates,
      issuer,
      bindings,
    });
  } catch (error) {
    await stopAll(started);
    throw error;
  }
}

async function createAuthorities(hostNames: readonly string[]): Promise<Authorities> {
  const [servers, clients] = await Promise.all([ServerAuthority.create(hostNames), ClientAuthority.create()]);
  return { servers, clients };
}

function loginOf({ url, appTid }: Tenant): TenantLogin {
  const [subdomain = ''] = new URL(url).hostname.split('.');
  return { url, appTid, subdomain };
}

function applicationOptionsOf(options: LandscapeOptions): ApplicationOptions {
  const names = Object.keys(applicationOptionsSchema.shape);
  return Object.fromEntries(Object.entries(options).filter(([name]) => names.includes(name)));
}

function tenantOptionsOf({
  tenantHost,
  tenantPort = 0,
  appTid,
  customIssuer,
  limits,
  users,
}: LandscapeOptions): TenantOptions {
  return withoutUndefined({ host: tenantHost, port: tenantPort, appTid, customIssuer, limits, users });
}
