import { ConfigurableModuleBuilder, Inject, Module } from '@nestjs/common';
import type { InjectionToken, FactoryProvider, Type } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { IasClient } from './ias-client.js';
import type { IasClientOptions } from './ias-client-options.js';
import { IAS_MONOTONIC_CLOCK } from '../core/clocks.js';
import type { Clock } from '../core/clocks.js';
import { moduleMissing, optionsMissing } from '../core/module-missing.js';
import { ConfigurationError } from '../errors/ias-error.js';
import { IasTokenProvider } from '../token/ias-token-provider.js';
import { AuthenticatedCalls } from './authenticated-calls.js';

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } = new ConfigurableModuleBuilder<IasClientOptions>({
  moduleName: 'IasClient',
  alwaysTransient: true,
})
  .setExtras<RegistrationExtras>({ name: undefined }, (definition, { name }) => {
    const token = getIasClientToken(name);
    const owner = describeRegistration('IasClientModule', name);
    const client = clientProvider(token, MODULE_OPTIONS_TOKEN, owner);
    return { ...definition, providers: [...(definition.providers ?? []), client], exports: [token] };
  })
  .build();

/**
 * Provides an {@link IasClient} for one target to the importing module.
 *
 * It needs a global {@link IasModule} (`isGlobal: true`) with `outbound: true`. To call several apps, register the module
 * several times, each with a `name`.
 */
@Module({ providers: [registerMissing(MODULE_OPTIONS_TOKEN, 'IasClientModule')] })
export class IasClientModule extends ConfigurableModuleClass {
  /** @throws {ConfigurationError} a module imports two clients with the same name, or two without a name */
  constructor(modules: ModulesContainer) {
    super();
    assertDistinctNames(modules, IasClientModule);
  }
}

/** Injection token of the client with this name, or of the unnamed one. */
export function getIasClientToken(name?: string): InjectionToken<IasClient> {
  return name === undefined ? IasClient : `IasClient:${name}`;
}

/** Injects the client that was registered with this name. */
export function InjectIasClient(name?: string): ReturnType<typeof Inject> {
  return Inject(getIasClientToken(name));
}

/** Options of a registration in addition to those of its client. */
export interface RegistrationExtras {
  /**
   * Distinguishes the clients that a module imports.
   * @default none; the client is injected by its class
   */
  readonly name?: string | undefined;
}

/**
 * Provides a client for one target.
 *
 * @param owner the registration, for errors
 */
export function clientProvider(
  provide: InjectionToken,
  optionsToken: InjectionToken,
  owner: string,
): FactoryProvider<IasClient> {
  return {
    provide,
    inject: [
      optionsToken,
      { token: IasTokenProvider, optional: true },
      { token: IAS_MONOTONIC_CLOCK, optional: true },
      ModulesContainer,
    ],
    useFactory: async (
      options: IasClientOptions,
      tokens: IasTokenProvider | undefined,
      now: Clock | undefined,
      modules: ModulesContainer,
    ) => {
      // This also happens if IasModule fails to start. Nest then reports the error of IasModule, which came first.
      if (tokens === undefined || now === undefined) throw moduleMissing(owner, modules);
      // apps that only validate tokens start without undici
      const { ConnectionPool } = await import('../net/connection-pool.js');
      const createPool = (...target: ConstructorParameters<typeof ConnectionPool>) =>
        new ConnectionPool(...target);
      return new IasClient(new AuthenticatedCalls(options, { tokens, now, createPool, owner }));
    },
  };
}

/** Makes the start of an app fail if it imports a client module without `register()`. */
export function registerMissing(optionsToken: InjectionToken, module: string): FactoryProvider {
  return optionsMissing(optionsToken, module, 'register');
}

/** Names a registration in errors. */
export function describeRegistration(module: string, name: string | undefined): string {
  return name === undefined ? module : `${module} "${name}"`;
}

/**
 * Rejects two registrations with the same name in one module: only the first of them could be injected.
 *
 * @throws {ConfigurationError}
 */
export function assertDistinctNames(modules: ModulesContainer, registered: Type): void {
  for (const { imports, name } of modules.values()) {
    const tokens = new Set<InjectionToken>();
    for (const { metatype, exports } of imports) {
      if (metatype !== registered) continue;
      const [token] = exports as ReadonlySet<InjectionToken>;
      if (token === undefined || !tokens.has(token)) tokens.add(token as InjectionToken);
      else throw ambiguous(registered.name, name, token);
    }
  }
}

function ambiguous(registered: string, importer: string, token: InjectionToken): ConfigurationError {
  const which = typeof token === 'string' ? `the name "${token.slice(token.indexOf(':') + 1)}"` : 'no name';
  return new ConfigurationError(
    `Two registrations of ${registered} in ${importer} have ${which}, so only one of them could be injected; register each with a "name" of its own.`,
  );
}
