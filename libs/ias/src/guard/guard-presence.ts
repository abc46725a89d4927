import { Inject, Injectable } from '@nestjs/common';
import type { OnModuleInit, Type } from '@nestjs/common';
import { GUARDS_METADATA, PATH_METADATA, ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { ApplicationConfig, HttpAdapterHost, MetadataScanner, ModulesContainer } from '@nestjs/core';
import { IAS_SETTINGS } from '../core/settings.js';
import type { IasSettings } from '../core/settings.js';
import { ConfigurationError } from '../errors/ias-error.js';
import { CALLER_FACTORIES, allowUnguarded, GUARD_MISSING_REMEDY } from './caller.decorator.js';
import { DEMANDS, Public } from './demands.decorator.js';
import { IasAuthGuard } from './ias-auth.guard.js';
import { ConnectedMicroservices, unguardedHandlersOf } from './message-handlers.js';

const MAX_NAMED_ROUTES = 3;

type Handler = (...parameters: never[]) => unknown;

/**
 * Checks at the start that every route that demands something of its caller, or asks who it is, has {@link IasAuthGuard}.
 * Without the guard, such a route would be open.
 */
@Injectable()
export class GuardPresence implements OnModuleInit {
  readonly #modules: ModulesContainer;
  readonly #config: ApplicationConfig;
  readonly #adapterHost: HttpAdapterHost;
  readonly #settings: IasSettings;
  readonly #microservices: ConnectedMicroservices;

  constructor(
    modules: ModulesContainer,
    config: ApplicationConfig,
    adapterHost: HttpAdapterHost,
    @Inject(IAS_SETTINGS) settings: IasSettings,
  ) {
    this.#modules = modules;
    this.#config = config;
    this.#adapterHost = adapterHost;
    this.#settings = settings;
    this.#microservices = new ConnectedMicroservices(config, modules);
  }

  /** @throws {ConfigurationError} `guard_missing` */
  onModuleInit(): void {
    const isApart = this.#microservices.isApartFromApp();
    const controllers = [...this.#modules.values()]
      .flatMap((module) => Array.from(module.controllers.values(), ({ metatype }) => metatype as Type | null))
      .filter((controller) => controller !== null);
    if (this.#settings.allowUnguarded || isGuardReplaced(this.#modules))
      return controllers.forEach(allowUnguarded);
    // An application context without HTTP has no adapter with a type.
    if (!this.#adapterHost.httpAdapter?.getType()) return;
    if (!isGuardGlobal(this.#config)) {
      const open = namesOf(controllers.flatMap(openRoutesOf));
      if (open) throw guardMissing(`routes that need it (${open}). ${GUARD_MISSING_REMEDY}`);
    } else if (isApart) {
      const open = namesOf(controllers.flatMap(unguardedHandlersOf));
      if (open) throw guardMissing(`message handlers (${open}). ${MICROSERVICE_REMEDY}`);
    }
  }
}

const MICROSERVICE_REMEDY =
  'Global guards do not apply to a microservice that is connected without { inheritAppConfig: true }: add that, ' +
  'add @UseGuards() with a guard, or mark the handlers @Public().';

function namesOf(open: readonly string[]): string {
  const more = open.length > MAX_NAMED_ROUTES ? ` and ${open.length - MAX_NAMED_ROUTES} more` : '';
  return open.slice(0, MAX_NAMED_ROUTES).join(', ') + more;
}

function guardMissing(problem: string): ConfigurationError {
  return new ConfigurationError(`IasAuthGuard does not protect ${problem}`, 'guard_missing');
}

/** Names of the routes of a controller that need the guard and do not have it. */
function openRoutesOf(controller: Type): string[] {
  if (isGuarded(controller)) return [];
  const prototype = controller.prototype as Record<string, Handler>;
  return new MetadataScanner()
    .getAllMethodNames(prototype)
    .filter((name) => {
      const handler = prototype[name];
      if (handler === undefined || !Reflect.hasMetadata(PATH_METADATA, handler) || isGuarded(handler))
        return false;
      return hasDemand(controller, handler) || asksForCaller(controller, name, handler);
    })
    .map((name) => `${controller.name}.${name}`);
}

function hasDemand(controller: Type, handler: Handler): boolean {
  if (Reflect.getMetadata(Public.KEY, handler) === true) return false;
  return Object.values(DEMANDS).some(
    ({ KEY }) => Reflect.hasMetadata(KEY, handler) || Reflect.hasMetadata(KEY, controller),
  );
}

function asksForCaller(controller: Type, name: string, handler: Handler): boolean {
  const isPublic: unknown =
    Reflect.getMetadata(Public.KEY, handler) ?? Reflect.getMetadata(Public.KEY, controller);
  if (isPublic === true) return false;
  const parameters = (Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, name) ?? {}) as Readonly<
    Record<string, { readonly factory?: unknown }>
  >;
  return Object.values(parameters).some(({ factory }) => CALLER_FACTORIES.has(factory));
}

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
