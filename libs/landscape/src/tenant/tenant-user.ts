import { z } from 'zod';

/** A user of a tenant. */
export interface TenantUser {
  /** Claims `sub` and `user_uuid`. */
  readonly id: string;
  readonly email?: string;
  readonly givenName?: string;
  readonly familyName?: string;
  /** Claim `groups`. @default none */
  readonly groups?: readonly string[];
}

/** The users who can sign in to a tenant, unless others are configured. */
export const DEFAULT_USERS: readonly TenantUser[] = [
  { id: 'P000001', email: 'jane.doe@example.com', givenName: 'Jane', familyName: 'Doe' },
  { id: 'P000002', email: 'john.roe@example.com', givenName: 'John', familyName: 'Roe' },
];

const text = z.string().min(1).max(255);

export const tenantUserSchema = z.strictObject({
  id: text,
  email: text.exactOptional(),
  givenName: text.exactOptional(),
  familyName: text.exactOptional(),
  groups: z.array(text).exactOptional(),
});

/** Returns the name of a user for people. */
export function displayNameOf({ id, givenName, familyName }: TenantUser): string {
  return [givenName, familyName].filter((name) => name !== undefined).join(' ') || id;
}

/** Returns the claims of a user token that identify the user. Which ones IAS sends depends on its configuration. */
export function userClaims(user: TenantUser): Record<string, unknown> {
  return {
    sub: user.id,
    user_uuid: user.id,
    ...(user.email === undefined ? {} : { email: user.email }),
    ...(user.givenName === undefined ? {} : { given_name: user.givenName }),
    ...(user.familyName === undefined ? {} : { family_name: user.familyName }),
    ...(user.groups === undefined ? {} : { groups: user.groups }),
    sap_id_type: 'user',
  };
}
