import type { ModulesContainer } from '@nestjs/core';
import { IasAuthGuard } from './ias-auth.guard.js';

/**
 * Whether a test replaced {@link IasAuthGuard} with `overrideProvider` or `overrideGuard`. Such an app validates no tokens,
 * so it can start without a binding.
 */
export function isGuardReplaced(modules: ModulesContainer): boolean {
  return [...modules.values()]
    .flatMap(({ providers, injectables }) => [providers.get(IasAuthGuard), injectables.get(IasAuthGuard)])
    .some((wrapper) => wrapper !== undefined && wrapper.metatype !== IasAuthGuard);
}
