import type { BindingRegistry } from '../binding/binding-registry.js';
import type { RouteOptions } from '../router/route-options.js';
import type { Tenant } from '../tenant/tenant.js';

/** A tenant that the admin endpoint controls. */
export type AdministeredTenant = Pick<
  Tenant,
  | 'url'
  | 'appTid'
  | 'faults'
  | 'counters'
  | 'lockedClients'
  | 'requests'
  | 'applications'
  | 'limit'
  | 'unlock'
  | 'issueToken'
  | 'revokeCertificate'
  | 'rotateSigningKey'
>;

/** The parts of a landscape that the admin endpoint controls. */
export interface AdministeredLandscape {
  /** Every tenant, the initial one first. */
  readonly tenants: readonly AdministeredTenant[];
  readonly router: {
    readonly url: string;
    readonly hosts: readonly string[];
    map(hostName: string, target: string | readonly string[], options?: RouteOptions): string;
  };
  readonly bindings: BindingRegistry;
}
