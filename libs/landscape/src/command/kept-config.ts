import { type KeptLandscape, ownValue } from '../keep/kept-landscape.js';
import type { LandscapeConfig } from './landscape-config.js';

/** Returns a configuration with the ports, tenant IDs and client IDs of an earlier landscape, where it names none. */
export function withKept(
  config: LandscapeConfig,
  kept: KeptLandscape,
  defaultApplication: string,
): LandscapeConfig {
  const { ports = {}, applications = { [defaultApplication]: {} }, tenants = {} } = config;
  return {
    ...config,
    // 0 means any free port, so the port of the earlier landscape fits.
    ports: {
      ias: ports.ias || kept.ports.ias,
      router: ports.router || kept.ports.router,
      admin: ports.admin || kept.ports.admin,
    },
    appTid: config.appTid ?? kept.appTid,
    applications: Object.fromEntries(
      Object.entries(applications).map(([name, application]) => {
        const clientId = ownValue(kept.applications, name);
        return [name, { ...(clientId !== undefined && { clientId }), ...application }];
      }),
    ),
    tenants: Object.fromEntries(
      Object.entries(tenants).map(([name, tenant]) => {
        const { appTid, port } = ownValue(kept.tenants, name) ?? {};
        return [
          name,
          {
            ...tenant,
            ...(appTid !== undefined && tenant.appTid === undefined && { appTid }),
            ...(port !== undefined && !tenant.port && { port }),
          },
        ];
      }),
    ),
  };
}
