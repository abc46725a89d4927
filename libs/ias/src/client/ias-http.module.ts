import { HttpService } from '@nestjs/axios';
import { ConfigurableModuleBuilder, Module } from '@nestjs/common';
import { IAS_MONOTONIC_CLOCK } from '../core/clocks.js';
import type { Clock } from '../core/clocks.js';
import { IasTokenProvider } from '../token/ias-token-provider.js';
import { createIasHttpClient } from './ias-http-client.js';
import type { IasHttpModuleOptions } from './ias-http-options.js';

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } = new ConfigurableModuleBuilder<IasHttpModuleOptions>(
  { moduleName: 'IasHttp', alwaysTransient: true },
).build();

/**
 * Gives the importing module an `HttpService` for one target: every request carries an access token and presents the
 * certificate it is bound to; every failure is a typed error.
 *
 * Needs a global {@link IasModule} (`isGlobal: true`) with `outbound: true`.
 */
@Module({
  providers: [
    {
      provide: HttpService,
      inject: [MODULE_OPTIONS_TOKEN, IasTokenProvider, IAS_MONOTONIC_CLOCK],
      useFactory: (options: IasHttpModuleOptions, tokens: IasTokenProvider, now: Clock) =>
        new HttpService(createIasHttpClient(options, tokens, now)),
    },
  ],
  exports: [HttpService],
})
export class IasHttpModule extends ConfigurableModuleClass {}
