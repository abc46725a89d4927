import { z } from 'zod';

/** How an application is registered; everything has a default. */
export interface ApplicationOptions {
  /** Client id of the application. @default random */
  readonly clientId?: string;
  /** How long its access tokens are valid, in seconds: 60 to 43200, as the token policy of IAS has it. @default 3600 */
  readonly tokenValidity?: number;
  /** Names of the APIs it provides; tokens for them carry the names in `ias_apis`. @default none */
  readonly providedApis?: readonly string[];
  /** Grants it may use. @default IAS's default, which lacks jwt-bearer (facts.md §3) */
  readonly grantTypes?: readonly string[];
}

/** A dependency on another application, as it is maintained in the administration console of IAS. */
export interface DependencyOptions {
  /** Name of the dependency, as `resource` refers to it. */
  readonly name: string;
  /** APIs of the provider the consumer may use. @default none */
  readonly apis?: readonly string[];
}

const names = z.array(z.string().min(1)).readonly();

/** What IAS allows, its token policy included (facts.md §3). */
export const applicationOptionsSchema = z.strictObject({
  clientId: z.string().min(1).optional(),
  tokenValidity: z.int().min(60).max(43_200).optional(),
  providedApis: names.optional(),
  grantTypes: names.optional(),
});
