import { z } from 'zod';

/** The token policy of IAS in seconds (`docs/reference/ias-facts.md#token-policy`). */
export const TOKEN_VALIDITY = { minimum: 60, maximum: 43_200, default: 3_600 } as const;

/** The limits and the default as text, for option documentation. */
export const TOKEN_VALIDITY_TEXT = `Seconds, ${TOKEN_VALIDITY.minimum} to ${TOKEN_VALIDITY.maximum}. Default: ${TOKEN_VALIDITY.default}`;

/** Options of an application. */
export interface ApplicationOptions {
  /** Client ID of the application. @default random */
  readonly clientId?: string;
  /** Validity of its access tokens in seconds, 60 to 43200 as in the token policy of IAS. @default 3600 */
  readonly tokenValidity?: number;
  /** Names of the APIs that it provides, for the claim `ias_apis`. @default none */
  readonly providedApis?: readonly string[];
  /**
   * Grant types that it can use. @default IAS's default (`docs/reference/ias-facts.md#grant-types`), for the first application
   * of a landscape also jwt-bearer
   */
  readonly grantTypes?: readonly string[];
  /** Where the tenant can redirect a user with a code; `/*` at the end matches any path. @default any URI of this machine */
  readonly redirectUris?: readonly string[];
  /** Where the tenant can redirect a user who has signed out, likewise. @default any URI of this machine */
  readonly postLogoutRedirectUris?: readonly string[];
}

/** A dependency on another application, as configured in the administration console of IAS. */
export interface DependencyOptions {
  /** Name of the dependency, which the parameter `resource` refers to. */
  readonly name: string;
  /** APIs of the provider that the consumer can use. @default none */
  readonly apis?: readonly string[];
}

const names = z.array(z.string().min(1)).readonly();

/** The limits of IAS (`docs/reference/ias-facts.md#parameters`). */
export const applicationOptionsSchema = z.strictObject({
  clientId: z.string().min(1).optional(),
  tokenValidity: z.int().min(TOKEN_VALIDITY.minimum).max(TOKEN_VALIDITY.maximum).optional(),
  providedApis: names.optional(),
  grantTypes: names.optional(),
  redirectUris: names.optional(),
  postLogoutRedirectUris: names.optional(),
});
