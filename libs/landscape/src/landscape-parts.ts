import { randomUUID } from 'node:crypto';
import type { AdminServer } from './admin/admin-server.js';
import type { BindingRegistry } from './binding/binding-registry.js';
import type { ClientCertificateIssuer } from './binding/client-certificate-issuer.js';
import type { IdentityBindingIssuer } from './binding/identity-binding-issuer.js';
import type { TenantOptions } from './landscape-options.js';
import type { ClientAuthority } from './pki/client-authority.js';
import type { IssuedCertificate } from './pki/issued-certificate.js';
import type { ServerAuthority } from './pki/server-authority.js';
import { issueSharedCertificate } from './pki/shared-certificate.js';
import type { Router } from './router/router.js';
import type { Application } from './tenant/application.js';
import type { TenantLogin } from './login/tenant-login-info.js';
import type { LoggedRequest } from './tenant/request-log.js';
import { DEFAULT_USERS } from './tenant/tenant-user.js';
import { Tenant } from './tenant/tenant.js';

/** A part that listens on a port. */
export interface Stoppable {
  stop(): Promise<void>;
}

/** Settings that all tenants and the router of a landscape share. */
export interface SharedSettings {
  readonly servers: ServerAuthority;
  readonly clients: ClientAuthority;
  readonly serverCertificate: IssuedCertificate;
  /** Names besides `localhost`. */
  readonly hostNames: readonly string[];
  readonly host: string;
  readonly acceptEmptySecret: boolean;
  /** Every tenant of the landscape, for application routers. */
  readonly logins: () => readonly TenantLogin[];
  /** Called with each request that a tenant has answered, with secrets redacted. */
  readonly onRequest: ((request: LoggedRequest) => void) | undefined;
  readonly now: () => number;
}

/** The running parts of a landscape. */
export interface Parts {
  readonly tenant: Tenant;
  /** Every tenant; `addTenant` appends to it. */
  readonly tenants: Tenant[];
  readonly router: Router;
  readonly admin: AdminServer;
  readonly adminToken: string;
  readonly application: Application;
  readonly clientCertificates: ClientCertificateIssuer;
  readonly issuer: IdentityBindingIssuer;
  readonly bindings: BindingRegistry;
}

const DEFAULT_HOST = 'localhost';

/**
 * Starts a tenant of a landscape.
 * @throws the `node:net` error if the port cannot be bound
 */
export async function startTenant(shared: SharedSettings, options: TenantOptions): Promise<Tenant> {
  const { servers, serverCertificate, hostNames } = shared;
  const { host: hostName = DEFAULT_HOST } = options;
  return Tenant.start({
    ...shared,
    hostName,
    // Wildcards of the shared certificate match one label only.
    serverCertificate:
      hostName === DEFAULT_HOST
        ? serverCertificate
        : await issueSharedCertificate(servers, [...hostNames, hostName]),
    port: options.port ?? 0,
    appTid: options.appTid ?? randomUUID(),
    customIssuer: options.customIssuer,
    limits: options.limits ?? {},
    users: options.users ?? DEFAULT_USERS,
  });
}

/**
 * Stops every part.
 * @throws the first error, after all parts have stopped or failed
 */
export async function stopAll(parts: readonly Stoppable[]): Promise<void> {
  const stopped = await Promise.allSettled(parts.map(async (part) => part.stop()));
  const failure = stopped.find((part) => part.status === 'rejected');
  if (failure !== undefined) throw failure.reason;
}
