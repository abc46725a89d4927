import { z } from 'zod';

const count = z.int().min(1).optional();

/** Schema of limits, for the admin endpoint and for `TenantLimits`. */
export const tenantLimitsSchema = z.strictObject({
  /** Requests per minute to paths under `/oauth2`, including the key set. */
  requestsPerMinute: count,
  /** Requests per second from one IP address, to any path. */
  requestsPerSecondOfAddress: count,
  /** Consecutive failed authentications that lock a client for 60 minutes. */
  failedAttempts: count,
});

/** Limits of a tenant; an omitted limit does not apply. */
export type TenantLimits = Readonly<z.infer<typeof tenantLimitsSchema>>;

/** The documented limits of IAS (`docs/reference/ias-facts.md#limits`). */
export const IAS_LIMITS: TenantLimits = {
  requestsPerMinute: 1000,
  requestsPerSecondOfAddress: 50,
  failedAttempts: 5,
};
