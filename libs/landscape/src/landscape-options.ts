import { z } from 'zod';
import { type TenantLimits, tenantLimitsSchema } from './limit/tenant-limits.js';
import { CLIENT_KEYS, type ClientKey } from './pki/client-key.js';
import { isHostName } from './router/route-options.js';
import { type ApplicationOptions, applicationOptionsSchema } from './tenant/application-options.js';
import { type TenantUser, tenantUserSchema } from './tenant/tenant-user.js';

/** Options of a landscape and its first application; the defaults suit tests. */
export interface LandscapeOptions extends ApplicationOptions {
  /** Address on which the tenants and the router listen. @default '127.0.0.1' */
  readonly host?: string;
  /**
   * Names of this machine besides `localhost`, such as the name of a container: DNS names or IP addresses. They are in the
   * server certificates, and routes can be below them. @default none
   */
  readonly hostNames?: readonly string[];
  /**
   * Host name of the IAS tenant, e.g. `my.accounts.localhost`; then the domain of its bindings is `accounts.localhost`, as
   * some libraries require. It must be below `localhost` or a host name. @default 'localhost'
   */
  readonly tenantHost?: string;
  /** Port of the IAS tenant; 0 selects a free port. @default 0 */
  readonly tenantPort?: number;
  /** Port of the router; 0 selects a free port. @default 0 */
  readonly routerPort?: number;
  /**
   * Address on which the admin endpoint listens. On an address other than loopback, it speaks TLS, accepts `localhost` and
   * the host names as `Host`, and needs the token for every operation. @default '127.0.0.1'
   */
  readonly adminHost?: string;
  /** Port of the admin endpoint; 0 selects a free port. @default 0 */
  readonly adminPort?: number;
  /** Bearer token for operations of the admin endpoint that return a secret, at least 16 characters. @default random */
  readonly adminToken?: string;
  /** Key type of the client certificates. IAS issues RSA keys; EC keys are generated in milliseconds. @default 'EC' */
  readonly clientKey?: ClientKey;
  /** Tenant ID, claim `app_tid`. @default random */
  readonly appTid?: string;
  /** Claim `iss` of a tenant with a custom domain; the claim `ias_iss` is then its URL. @default none */
  readonly customIssuer?: string;
  /** Limits beyond which the tenant answers 429 or locks a client; `IAS_LIMITS` contains the limits of IAS. @default none */
  readonly limits?: TenantLimits;
  /** Who can sign in to the tenant. @default two users */
  readonly users?: readonly TenantUser[];
  /**
   * Whether tenants accept a certificate from clients that also send Basic with an empty secret, as some libraries do.
   * The behaviour of IAS is not known. @default true
   */
  readonly acceptEmptySecret?: boolean;
  /** The landscape's clock: milliseconds since the epoch. @default Date.now */
  readonly now?: () => number;
}

/** Options of an additional tenant. */
export interface TenantOptions {
  /** Host name of the tenant, e.g. `subscriber.accounts.localhost`. @default 'localhost' */
  readonly host?: string;
  /** Port of the tenant; 0 selects a free port. @default 0 */
  readonly port?: number;
  /** Tenant ID, claim `app_tid`. @default random */
  readonly appTid?: string;
  /** Claim `iss` of a tenant with a custom domain; the claim `ias_iss` is then its URL. @default none */
  readonly customIssuer?: string;
  /** Limits beyond which the tenant answers 429 or locks a client; `IAS_LIMITS` contains the limits of IAS. @default none */
  readonly limits?: TenantLimits;
  /** Who can sign in to the tenant. @default two users */
  readonly users?: readonly TenantUser[];
}

const port = z.int().min(0).max(65_535).optional();

const hostName = z.string().refine(isHostName, 'must be a host name, without scheme, port and path');
const addressOrName = z.union([z.ipv4(), z.ipv6(), hostName]);

const tenantShape = {
  appTid: z.string().min(1).optional(),
  customIssuer: z.url({ protocol: /^https$/ }).optional(),
  limits: tenantLimitsSchema.optional(),
  users: z.array(tenantUserSchema).min(1).readonly().optional(),
};

export const tenantOptionsSchema = z.strictObject({ ...tenantShape, host: hostName.optional(), port });

export const landscapeOptionsSchema = z.strictObject({
  ...applicationOptionsSchema.shape,
  ...tenantShape,
  host: z.string().min(1).optional(),
  hostNames: z.array(addressOrName).readonly().optional(),
  tenantHost: hostName.optional(),
  tenantPort: port,
  routerPort: port,
  adminHost: addressOrName.optional(),
  adminPort: port,
  adminToken: z
    .string()
    .regex(/^[\w.~+/=-]{16,}$/, 'must have at least 16 characters, only those of RFC 6750')
    .optional(),
  clientKey: z.enum(CLIENT_KEYS).optional(),
  acceptEmptySecret: z.boolean().optional(),
  now: z.custom<() => number>((value) => typeof value === 'function', 'must be a function').optional(),
});
