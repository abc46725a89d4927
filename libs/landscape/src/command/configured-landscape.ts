import type { Landscape } from '../landscape.js';
import { type LandscapeExtras, startWith } from '../landscape-start.js';
import type { LandscapeOptions } from '../landscape-options.js';
import { withoutUndefined } from '../option-validation.js';
import type { Application } from '../tenant/application.js';
import type { ApplicationOptions } from '../tenant/application-options.js';
import type { Tenant } from '../tenant/tenant.js';
import type { LandscapeConfig } from './landscape-config.js';

/** A running landscape with the applications of its configuration. */
export interface ConfiguredLandscape {
  readonly landscape: Landscape;
  readonly applications: ReadonlyMap<string, Application>;
  /** The additional tenants. */
  readonly tenants: ReadonlyMap<string, Tenant>;
  /** URLs of the routes by host name. */
  readonly routes: ReadonlyMap<string, string>;
}

type ConfiguredApplication = NonNullable<LandscapeConfig['applications']>[string];

/** Name of the only application where the configuration has none. */
export const DEFAULT_APPLICATION = 'app';

/**
 * Starts a landscape with its tenants, applications and routes.
 * @throws {RangeError} if the configuration is inconsistent, or IAS does not allow it
 * @throws the `node:net` error with `code` and `port` if a port cannot be bound
 */
export async function startConfigured(
  config: LandscapeConfig,
  adminToken: string | undefined,
  extras: LandscapeExtras,
): Promise<ConfiguredLandscape> {
  const [[firstName, first] = [DEFAULT_APPLICATION, {}], ...others] = Object.entries(
    config.applications ?? {},
  );
  if (first.tenant !== undefined) {
    throw new RangeError('The first application belongs to the first tenant: put it after the others.');
  }
  const options = {
    ...optionsOf(config),
    ...applicationOptions(first),
    ...(adminToken !== undefined && { adminToken }),
  };
  const landscape = await startWith(options, extras);
  try {
    const tenants = await addTenants(landscape, config);
    const applications = new Map([[firstName, landscape.application]]);
    for (const [name, content] of others) {
      const { tenant } = content;
      const home = tenant === undefined ? landscape.tenant : named(tenants, tenant, 'tenant');
      applications.set(name, home.addApplication(applicationOptions(content)));
    }
    connect(config, tenants, applications);
    return { landscape, applications, tenants, routes: mapRoutes(landscape, config) };
  } catch (error) {
    await landscape.stop();
    throw error;
  }
}

function optionsOf(config: LandscapeConfig): LandscapeOptions {
  const { listen, adminListen, ports = {}, clientKey = 'RSA-2048' } = config;
  const { hostNames, tenantHost, appTid, customIssuer, limits, users, acceptEmptySecret } = config;
  return withoutUndefined({
    host: listen,
    adminHost: adminListen,
    hostNames,
    tenantHost,
    appTid,
    customIssuer,
    limits,
    users,
    acceptEmptySecret,
    clientKey,
    tenantPort: ports.ias ?? 0,
    routerPort: ports.router ?? 0,
    adminPort: ports.admin ?? 0,
  });
}

/** Removes the properties that refer to other parts of the configuration. */
function applicationOptions({
  tenant: _tenant,
  dependencies: _dependencies,
  ...options
}: ConfiguredApplication): ApplicationOptions {
  return options;
}

async function addTenants(
  landscape: Landscape,
  config: LandscapeConfig,
): Promise<ReadonlyMap<string, Tenant>> {
  const tenants = new Map<string, Tenant>();
  for (const [name, { subscribesTo: _, ...options }] of Object.entries(config.tenants ?? {})) {
    tenants.set(name, await landscape.addTenant(options));
  }
  return tenants;
}

function connect(
  config: LandscapeConfig,
  tenants: ReadonlyMap<string, Tenant>,
  applications: ReadonlyMap<string, Application>,
): void {
  for (const [name, { subscribesTo = [] }] of Object.entries(config.tenants ?? {})) {
    for (const application of subscribesTo) {
      named(tenants, name, 'tenant').subscribeTo(named(applications, application, 'application'));
    }
  }
  for (const [name, { dependencies = {} }] of Object.entries(config.applications ?? {})) {
    for (const [dependency, { application, apis = [] }] of Object.entries(dependencies)) {
      const provider = named(applications, application, 'application');
      named(applications, name, 'application').dependOn(provider, { name: dependency, apis });
    }
  }
}

function mapRoutes({ router }: Landscape, { routes = {} }: LandscapeConfig): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(routes).map(([host, route]) => {
      const { url, clientCertificate, responseTimeoutMilliseconds } =
        typeof route === 'string' ? { url: route } : route;
      const options = withoutUndefined({ clientCertificate, responseTimeoutMilliseconds });
      return [host, router.map(host, url, options)];
    }),
  );
}

/**
 * Returns what a name in the configuration refers to.
 * @throws {RangeError} if there is nothing with this name
 */
export function named<Content>(all: ReadonlyMap<string, Content>, name: string, what: string): Content {
  const found = all.get(name);
  if (found !== undefined) return found;
  const known = all.size === 0 ? 'there are none' : `the names are ${[...all.keys()].join(', ')}`;
  throw new RangeError(`The configuration names the ${what} ${name}, which it does not define: ${known}.`);
}
