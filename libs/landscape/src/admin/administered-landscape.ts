import { z } from 'zod';
import type { BindingRegistry } from '../binding/binding-registry.js';
import type { RouteOptions } from '../router/route-options.js';
import type { Application } from '../tenant/application.js';
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
  /** Called after a revocation, which would otherwise be lost if the landscape is killed. */
  readonly onRevocation?: (() => Promise<void>) | undefined;
}

/** Name of a binding, client ID or `kid` in a request. */
export const nameSchema = z.string().min(1).max(64);

/** @throws {RangeError} if the tenant has no such application */
export function applicationOf(tenant: AdministeredTenant, clientId: string | undefined): Application {
  const { applications } = tenant;
  const found =
    clientId === undefined ? applications[0] : applications.find((known) => known.clientId === clientId);
  if (found === undefined)
    throw new RangeError('The tenant has no such application. GET /status lists them.');
  return found;
}

/** @throws {RangeError} if the binding has no certificate */
export function certificateOf({
  name: bindingName,
  credentials: { certificate },
}: {
  readonly name: string;
  readonly credentials: { readonly certificate?: string };
}): string {
  if (certificate === undefined) throw new RangeError(`The binding ${bindingName} has no certificate.`);
  return certificate;
}
