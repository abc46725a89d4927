import type { TenantLimits } from '../limit/tenant-limits.js';
import type { TenantLogin } from '../login/tenant-login-info.js';
import type { LoggedRequest } from './request-log.js';
import type { TenantServerSettings } from './tenant-server.js';
import type { TenantUser } from './tenant-user.js';

/** Settings of a tenant. */
export interface TenantSettings extends TenantServerSettings {
  readonly appTid: string;
  /** Claim `iss` of a tenant with a custom domain. */
  readonly customIssuer: string | undefined;
  readonly limits: TenantLimits;
  /** Whether Basic with an empty secret counts as no secret if the client presents a certificate. */
  readonly acceptEmptySecret: boolean;
  /** Address on which the tenant listens. */
  readonly host: string;
  /** Host name in its URL. */
  readonly hostName: string;
  readonly port: number;
  /** Who can sign in. */
  readonly users: readonly TenantUser[];
  /** Every tenant of the landscape. */
  readonly logins: () => readonly TenantLogin[];
  /** Called with each request that the tenant has answered, with secrets redacted. */
  readonly onRequest: ((request: LoggedRequest) => void) | undefined;
  /** The clock: milliseconds since the epoch. */
  readonly now: () => number;
}
