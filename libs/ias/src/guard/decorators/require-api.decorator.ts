import { SetMetadata } from '@nestjs/common';
import type { CustomDecorator } from '@nestjs/common';

/** Names of APIs of which a token must grant all, or any. */
export interface ApiRequirement {
  readonly names: readonly string[];
  readonly any: boolean;
}

/** Key of the metadata that {@link RequireApi} leaves. */
export const API_REQUIREMENT = Symbol('IAS_API_REQUIREMENT');

/**
 * Lets only callers in whose token grants the API, by its claim `ias_apis`: `@RequireApi('read')`,
 * `@RequireApi(['read', 'write'])` for both, `@RequireApi(['read', 'write'], { any: true })` for either. Others get
 * 403.
 */
export function RequireApi(
  names: string | readonly string[],
  { any = false }: { readonly any?: boolean } = {},
): CustomDecorator<symbol> {
  const requirement: ApiRequirement = { names: typeof names === 'string' ? [names] : names, any };
  return SetMetadata(API_REQUIREMENT, requirement);
}
