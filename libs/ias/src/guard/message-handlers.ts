import type { Type } from '@nestjs/common';
import { GUARDS_METADATA } from '@nestjs/common/constants.js';
import { MetadataScanner } from '@nestjs/core';
import type { ApplicationConfig, ModulesContainer } from '@nestjs/core';
import { Public } from './demands.decorator.js';

/** Metadata that `@MessagePattern()` and `@EventPattern()` of `@nestjs/microservices` set on a method. */
const PATTERN_METADATA = 'microservices:pattern';

type Handler = (...parameters: never[]) => unknown;

/**
 * Finds out whether the app connected a microservice without `inheritAppConfig`, which has no global guards.
 *
 * Nest does not expose the configuration of a microservice. But a microservice that inherits the app's configuration
 * reads the global guards in `connectMicroservice`, in the same tick in which Nest announces it. With
 * `deferInitialization` it does not, and counts as one that does not inherit. Nest before 11.1 announces no
 * microservice.
 */
export class ConnectedMicroservices {
  readonly #config: ApplicationConfig;
  readonly #subscription: { unsubscribe(): void } | undefined;
  readonly #apart = new Set<unknown>();
  #announced: unknown;

  constructor(config: ApplicationConfig, modules: ModulesContainer) {
    this.#config = config;
    const registry = (modules as Partial<ModulesContainer>).getRpcTargetRegistry?.call(modules);
    this.#subscription = registry?.subscribe((microservice) => {
      this.#apart.add(microservice);
      this.#announced = microservice;
      queueMicrotask(() => (this.#announced = undefined));
    });
    const read = config.getGlobalGuards.bind(config);
    config.getGlobalGuards = () => {
      this.#apart.delete(this.#announced);
      return read();
    };
  }

  /** Stops watching. @returns whether a microservice has no global guards */
  isApartFromApp(): boolean {
    this.#subscription?.unsubscribe();
    Reflect.deleteProperty(this.#config, 'getGlobalGuards');
    return this.#apart.size > 0;
  }
}

/** Names of the message handlers of a controller that have no own guard and are not public. */
export function unguardedHandlersOf(controller: Type): string[] {
  const prototype = controller.prototype as Record<string, Handler>;
  return new MetadataScanner()
    .getAllMethodNames(prototype)
    .filter((name) => {
      const handler = prototype[name];
      if (handler === undefined || !Reflect.hasMetadata(PATTERN_METADATA, handler)) return false;
      return (
        ![controller, handler].some((target) => Reflect.hasMetadata(GUARDS_METADATA, target)) &&
        !isPublic(controller, handler)
      );
    })
    .map((name) => `${controller.name}.${name}`);
}

function isPublic(controller: Type, handler: Handler): boolean {
  const found: unknown =
    Reflect.getMetadata(Public.KEY, handler) ?? Reflect.getMetadata(Public.KEY, controller);
  return found === true;
}
