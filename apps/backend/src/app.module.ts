import { RuntimeModule } from '@nest-ias/runtime';
import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { IasAuthGuard, IasModule } from 'nest-ias';
import { EndpointController } from './endpoint.controller.js';

/** Every route asks for an access token of our identity service instance, unless it is marked `@Public()`. */
@Module({
  imports: [IasModule.forRoot(), RuntimeModule],
  controllers: [EndpointController],
  providers: [{ provide: APP_GUARD, useExisting: IasAuthGuard }],
})
export class AppModule {}
