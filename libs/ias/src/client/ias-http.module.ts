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
 * Provides an `HttpService` for one target to the importing module. Every request contains an access token and presents the
 * certificate that the token is bound to. Every failure is a typed error.
 *
 * It needs a global {@link IasModule} (`isGlobal: true`) with `outbound: true`.
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
