import { z } from 'zod';
import { StartError } from '@nest-ias/landscape';

/** How the landscape runs. */
export interface LandscapeSettings {
  /** `LANDSCAPE_IAS_PORT`: port of the IAS tenant. @default 0 (any free port) */
  readonly iasPort: number;
  /** `LANDSCAPE_ROUTER_PORT`: port of the router. @default 0 (any free port) */
  readonly routerPort: number;
  /** `LANDSCAPE_ADMIN_PORT`: port of the admin endpoint. @default 0 (any free port) */
  readonly adminPort: number;
  /** `LANDSCAPE_ADMIN_TOKEN`: bearer token of the admin endpoint. @default random */
  readonly adminToken: string | undefined;
  /** `LANDSCAPE_TENANT_HOST`: host name of the IAS tenant, below `localhost`. @default localhost */
  readonly tenantHost: string | undefined;
  /** `BACKEND_PORT`: port of the backend. @default 3001 */
  readonly backendPort: number;
  /** `FRONTEND_PORT`: port of the frontend. @default 3000 */
  readonly frontendPort: number;
  /** Whether `npm run landscape` started the process; npm sets `npm_lifecycle_event`. */
  readonly startedByNpm: boolean;
}

const schema = z.object({
  LANDSCAPE_IAS_PORT: port({ minimum: 0, fallback: 0 }),
  LANDSCAPE_ROUTER_PORT: port({ minimum: 0, fallback: 0 }),
  LANDSCAPE_ADMIN_PORT: port({ minimum: 0, fallback: 0 }),
  LANDSCAPE_ADMIN_TOKEN: z
    .string()
    .regex(/^[\w.~+/=-]{16,}$/, 'must have at least 16 characters, only letters, digits and -._~+/=')
    .optional(),
  LANDSCAPE_TENANT_HOST: z
    .string()
    .regex(/^([a-z\d]([a-z\d-]*[a-z\d])?\.)*localhost$/, 'must be localhost or a host name below it')
    .optional(),
  BACKEND_PORT: port({ minimum: 1, fallback: 3001 }),
  FRONTEND_PORT: port({ minimum: 1, fallback: 3000 }),
  npm_lifecycle_event: z.string().optional(),
});

/**
 * Reads the settings from environment variables.
 * @throws {StartError} naming the first invalid variable
 */
export function readLandscapeSettings(environment: NodeJS.ProcessEnv = process.env): LandscapeSettings {
  const result = schema.safeParse(environment);
  if (!result.success) {
    const [issue] = result.error.issues;
    throw new StartError(`${String(issue?.path[0])} ${issue?.message ?? 'is invalid'}.`);
  }
  return {
    iasPort: result.data.LANDSCAPE_IAS_PORT,
    routerPort: result.data.LANDSCAPE_ROUTER_PORT,
    adminPort: result.data.LANDSCAPE_ADMIN_PORT,
    adminToken: result.data.LANDSCAPE_ADMIN_TOKEN,
    tenantHost: result.data.LANDSCAPE_TENANT_HOST,
    backendPort: result.data.BACKEND_PORT,
    frontendPort: result.data.FRONTEND_PORT,
    startedByNpm: result.data.npm_lifecycle_event === 'landscape',
  };
}

function port({ minimum, fallback }: { minimum: number; fallback: number }) {
  const message = `must be a port between ${minimum} and 65535`;
  return z
    .string()
    .regex(/^\d{1,5}$/, message)
    .transform(Number)
    .refine((value) => value >= minimum && value <= 65_535, message)
    .default(fallback);
}
