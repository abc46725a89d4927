import type { ClientKey } from './pki/client-key.js';

/** How a landscape is started; everything has a default that suits a test. */
export interface LandscapeOptions {
  /** Address the tenant and the router listen on. @default '127.0.0.1' */
  readonly host?: string;
  /** Port of the IAS tenant; 0 takes a free one. @default 0 */
  readonly tenantPort?: number;
  /** Port of the router; 0 takes a free one. @default 0 */
  readonly routerPort?: number;
  /** Port of the admin endpoint, which listens on loopback only; 0 takes a free one. @default 0 */
  readonly adminPort?: number;
  /** Key of the client certificates. IAS issues RSA; EC starts in milliseconds. @default 'EC' */
  readonly clientKey?: ClientKey;
  /** Client id of the application. @default random */
  readonly clientId?: string;
  /** Tenant of the application, claim `app_tid`. @default random */
  readonly appTid?: string;
  /** How long access tokens are valid, in seconds. @default 3600 */
  readonly tokenValidity?: number;
  /** The landscape's clock: milliseconds since the epoch. @default Date.now */
  readonly now?: () => number;
}
