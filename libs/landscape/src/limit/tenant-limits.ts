import { z } from 'zod';

const count = z.int().min(1).optional();

/** Limits as they come over the admin endpoint; the types of the API are derived from them. */
export const tenantLimitsSchema = z.strictObject({
  /** Requests a minute to paths under `/oauth2`, those for the key set included. */
  requestsPerMinute: count,
  /** Requests a second from one IP address, whatever they are for. */
  requestsPerSecondOfAddress: count,
  /** Failed authentications in a row that lock a client for 60 minutes. */
  failedAttempts: count,
});

/** What a tenant bears before it refuses; what is not named is not limited. */
export type TenantLimits = Readonly<z.infer<typeof tenantLimitsSchema>>;

/** What IAS is documented to bear (facts.md §4). */
export const IAS_LIMITS: TenantLimits = {
  requestsPerMinute: 1000,
  requestsPerSecondOfAddress: 50,
  failedAttempts: 5,
};
