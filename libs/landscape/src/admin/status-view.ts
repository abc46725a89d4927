import { z } from 'zod';
import type { AdminContext } from './admin-operation.js';

/** The state of a landscape, without secrets. */
export const statusSchema = z.object({
  ias: z.string().meta({ description: 'URL of the selected tenant' }),
  router: z.string(),
  counters: z.looseObject({ token: z.number(), jwks: z.number(), discovery: z.number() }),
  lockedClients: z.array(z.string()),
  tenants: z.array(z.object({ ias: z.string(), appTid: z.string() })),
  applications: z.array(z.object({ clientId: z.string(), providedApis: z.array(z.string()) })),
  bindings: z.array(
    z.object({
      name: z.string(),
      type: z.string(),
      clientId: z.string(),
      certificateExpiresAt: z.string().optional(),
    }),
  ),
  routes: z.array(z.string()),
});

/** Returns the state of the landscape and of the selected tenant. */
export function statusOf({ landscape, tenant }: AdminContext): z.infer<typeof statusSchema> {
  return {
    ias: tenant.url,
    router: landscape.router.url,
    counters: tenant.counters.snapshot(),
    lockedClients: [...tenant.lockedClients],
    tenants: landscape.tenants.map(({ url, appTid }) => ({ ias: url, appTid })),
    applications: tenant.applications.map(({ clientId, providedApis }) => ({
      clientId,
      providedApis: [...providedApis],
    })),
    bindings: landscape.bindings.all.map(({ name, type, application, credentials }) => ({
      name,
      type,
      clientId: application.clientId,
      ...(credentials.certificate_expires_at && {
        certificateExpiresAt: credentials.certificate_expires_at,
      }),
    })),
    routes: [...landscape.router.hosts],
  };
}
