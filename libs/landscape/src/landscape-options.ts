import { z } from 'zod';
import { type TenantLimits, tenantLimitsSchema } from './limit/tenant-limits.js';
import { CLIENT_KEYS, type ClientKey } from './pki/client-key.js';
import { type ApplicationOptions, applicationOptionsSchema } from './tenant/application-options.js';

/** How a landscape and its first application are started; everything has a default that suits a test. */
export interface LandscapeOptions extends ApplicationOptions {
  /** Address the tenants and the router listen on. @default '127.0.0.1' */
  readonly host?: string;
  /** Port of the IAS tenant; 0 takes a free one. @default 0 */
  readonly tenantPort?: number;
  /** Port of the router; 0 takes a free one. @default 0 */
  readonly routerPort?: number;
  /** Port of the admin endpoint, which listens on loopback only; 0 takes a free one. @default 0 */
  readonly adminPort?: number;
  /** Key of the client certificates. IAS issues RSA; EC starts in milliseconds. @default 'EC' */
  readonly clientKey?: ClientKey;
  /** Identifier of the tenant, claim `app_tid`. @default random */
  readonly appTid?: string;
  /** Claim `iss` of the tenant's tokens where it has a custom domain; `ias_iss` then is its URL. @default none */
  readonly customIssuer?: string;
  /** What the tenant bears before it answers 429 or locks a client; `IAS_LIMITS` are those of IAS. @default none */
  readonly limits?: TenantLimits;
  /** The landscape's clock: milliseconds since the epoch. @default Date.now */
  readonly now?: () => number;
}

/** How a further tenant is started. */
export interface TenantOptions {
  /** Port of the tenant; 0 takes a free one. @default 0 */
  readonly port?: number;
  /** Identifier of the tenant, claim `app_tid`. @default random */
  readonly appTid?: string;
  /** Claim `iss` of its tokens where it has a custom domain; `ias_iss` then is its URL. @default none */
  readonly customIssuer?: string;
  /** What the tenant bears before it answers 429 or locks a client; `IAS_LIMITS` are those of IAS. @default none */
  readonly limits?: TenantLimits;
}

const port = z.int().min(0).max(65_535).optional();

const tenantShape = {
  appTid: z.string().min(1).optional(),
  customIssuer: z.url({ protocol: /^https$/ }).optional(),
  limits: tenantLimitsSchema.optional(),
};

export const tenantOptionsSchema = z.strictObject({ ...tenantShape, port });

export const landscapeOptionsSchema = z.strictObject({
  ...applicationOptionsSchema.shape,
  ...tenantShape,
  host: z.string().min(1).optional(),
  tenantPort: port,
  routerPort: port,
  adminPort: port,
  clientKey: z.enum(CLIENT_KEYS).optional(),
  now: z.custom<() => number>((value) => typeof value === 'function', 'is no function').optional(),
});
