import { ConfigurableModuleBuilder, Inject, Module } from '@nestjs/common';
import type { InjectionToken } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { assertDistinctNames, clientProvider, describeRegistration } from './client-registration.js';
import type { RegistrationExtras } from './client-registration.js';
import { IasClient } from './ias-client.js';
import type { IasClientOptions } from './ias-client-options.js';

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
@Module({})
export class IasClientModule extends ConfigurableModuleClass {
  /** @throws {ConfigurationError} a module imports two clients with the same name, or two without a name */
  constructor(modules: ModulesContainer) {
    super();
    assertDistinctNames(modules, IasClientModule);
  }
}

/** Injection token of the client with a name, or of the one without. */
export function getIasClientToken(name?: string): InjectionToken<IasClient> {
  return name === undefined ? IasClient : `IasClient:${name}`;
}

/** Injects the client that was registered with this name. */
export function InjectIasClient(name?: string): ReturnType<typeof Inject> {
  return Inject(getIasClientToken(name));
}
