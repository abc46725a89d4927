import { HttpService } from '@nestjs/axios';
import { ConfigurableModuleBuilder, Inject, Module } from '@nestjs/common';
import type { DynamicModule, InjectionToken } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import {
  assertDistinctNames,
  clientProvider,
  describeRegistration,
  registerMissing,
} from '../client/ias-client.module.js';
import type { RegistrationExtras } from '../client/ias-client.module.js';
import type { IasClient } from '../client/ias-client.js';
import type { IasClientOptions } from '../client/ias-client-options.js';
import { createAxios } from './client-axios.js';

/** Options of an `HttpService` for one target, the same as for an `IasClient`. */
export type IasHttpModuleOptions = IasClientOptions;

/** The client below an `HttpService`. */
const CLIENT = Symbol('IAS_HTTP_CLIENT');

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } = new ConfigurableModuleBuilder<IasHttpModuleOptions>(
  { moduleName: 'IasHttp', alwaysTransient: true },
)
  .setExtras<RegistrationExtras>({ name: undefined }, (definition, { name }): DynamicModule => {
    const token = getIasHttpToken(name);
    const owner = describeRegistration('IasHttpModule', name);
    return {
      ...definition,
      providers: [
        ...(definition.providers ?? []),
        clientProvider(CLIENT, MODULE_OPTIONS_TOKEN, owner),
        {
          provide: token,
          inject: [CLIENT],
          useFactory: (client: IasClient) => new HttpService(createAxios(client)),
        },
      ],
      exports: [token],
    };
  })
  .build();

/**
 * Provides an `HttpService` for one target to the importing module. It sends its requests with an `IasClient`: with an
 * access token and the certificate that the token is bound to. Every failed call is a typed error.
 *
 * It needs a global {@link IasModule} (`isGlobal: true`) with `outbound: true`. To call several apps, register the module
 * several times, each with a `name`.
 */
@Module({ providers: [registerMissing(MODULE_OPTIONS_TOKEN, 'IasHttpModule')] })
export class IasHttpModule extends ConfigurableModuleClass {
  /** @throws {ConfigurationError} a module imports two services with the same name, or two without a name */
  constructor(modules: ModulesContainer) {
    super();
    assertDistinctNames(modules, IasHttpModule);
  }
}

/** Injection token of the `HttpService` with this name, or of the unnamed one. */
export function getIasHttpToken(name?: string): InjectionToken<HttpService> {
  return name === undefined ? HttpService : `IasHttp:${name}`;
}

/** Injects the `HttpService` that was registered with this name. */
export function InjectIasHttp(name?: string): ReturnType<typeof Inject> {
  return Inject(getIasHttpToken(name));
}
