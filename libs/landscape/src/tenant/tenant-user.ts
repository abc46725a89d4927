import { z } from 'zod';

/** A user of a tenant. */
export interface TenantUser {
  /** Claims `sub` and `user_uuid`. */
  readonly id: string;
  readonly email?: string;
  readonly givenName?: string;
  readonly familyName?: string;
}

const text = z.string().min(1).max(255);

export const tenantUserSchema = z.strictObject({
  id: text,
  email: text.exactOptional(),
  givenName: text.exactOptional(),
  familyName: text.exactOptional(),
});

/** Returns the claims of a user token that identify the user. Which ones IAS sends depends on its configuration. */
export function userClaims(user: TenantUser): Record<string, unknown> {
  return {
    sub: user.id,
    user_uuid: user.id,
    ...(user.email === undefined ? {} : { email: user.email }),
    ...(user.givenName === undefined ? {} : { given_name: user.givenName }),
    ...(user.familyName === undefined ? {} : { family_name: user.familyName }),
    sap_id_type: 'user',
  };
}
