import { RuntimeModule } from '@nest-ias/runtime';
import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { IasAuthGuard, IasModule } from 'nest-ias';
import { BACKEND_SETTINGS, readBackendSettings } from './backend-settings.js';
import { EndpointController } from './endpoint.controller.js';

/** Every route requires an access token for our identity service instance, unless it is marked `@Public()`. */
@Module({
  imports: [IasModule.forRoot(), RuntimeModule],
  controllers: [EndpointController],
  providers: [
    { provide: APP_GUARD, useExisting: IasAuthGuard },
    { provide: BACKEND_SETTINGS, useFactory: () => readBackendSettings() },
  ],
})
export class AppModule {}
