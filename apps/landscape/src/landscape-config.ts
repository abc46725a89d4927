import type { LandscapeConfig } from '@nest-ias/landscape';
import type { LandscapeSettings } from './landscape-settings.js';

/** The landscape of this repository: one application, to which both apps are bound, and their routes. */
export function landscapeConfig(settings: LandscapeSettings): LandscapeConfig {
  const backend = `http://localhost:${settings.backendPort}`;
  return {
    ...(settings.tenantHost !== undefined && { tenantHost: settings.tenantHost }),
    ports: { ias: settings.iasPort, router: settings.routerPort, admin: settings.adminPort },
    routes: {
      'backend.localhost': backend,
      'frontend.localhost': `http://localhost:${settings.frontendPort}`,
      'backend.cert.localhost': backend,
    },
    bindings: {
      backend: {
        parameters: { type: 'NONE' },
        write: [{ form: 'default-env', path: 'apps/backend/default-env.json' }],
      },
      frontend: {
        parameters: { type: 'X509_GENERATED', appIdentifier: 'frontendclicer' },
        write: [
          {
            form: 'default-env',
            path: 'apps/frontend/default-env.json',
            environment: { BACKEND_URL: '${routes.backend.cert.localhost}' },
          },
        ],
      },
    },
  };
}
