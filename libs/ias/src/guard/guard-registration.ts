import type { Type } from '@nestjs/common';
import { GUARDS_METADATA } from '@nestjs/common/constants.js';
import type { ApplicationConfig, ModulesContainer } from '@nestjs/core';
import { IasAuthGuard } from './ias-auth.guard.js';

type Handler = (...parameters: never[]) => unknown;

/** Whether the guard, or a subclass of it, protects every route of the app. */
export function isGuardGlobal(config: ApplicationConfig): boolean {
  const wrapped = config.getGlobalRequestGuards().map(({ metatype }) => metatype);
  return [...config.getGlobalGuards(), ...wrapped].some(isIasAuthGuard);
}

/** Whether `@UseGuards` on a controller or handler names the guard or a subclass of it. */
export function isGuarded(target: Type | Handler): boolean {
  return ((Reflect.getMetadata(GUARDS_METADATA, target) ?? []) as unknown[]).some(isIasAuthGuard);
}

/**
 * Whether a test replaced {@link IasAuthGuard} with `overrideProvider` or `overrideGuard`. Such an app validates no tokens,
 * so it can start without a binding.
 */
export function isGuardReplaced(modules: ModulesContainer): boolean {
  return [...modules.values()]
    .flatMap(({ providers, injectables }) => [providers.get(IasAuthGuard), injectables.get(IasAuthGuard)])
    .some((wrapper) => wrapper !== undefined && wrapper.metatype !== IasAuthGuard);
}

/** @param guard an instance or a class */
function isIasAuthGuard(guard: unknown): boolean {
  if (guard instanceof IasAuthGuard || guard === IasAuthGuard) return true;
  return typeof guard === 'function' && guard.prototype instanceof IasAuthGuard;
}
