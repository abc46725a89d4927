import { currentCorrelationId } from '@nest-ias/runtime';
import { Module } from '@nestjs/common';
import { IasHttpModule } from 'nest-ias';
import { BackendClient } from './backend.client.js';

const DEFAULT_BACKEND_URL = 'http://localhost:3001';

@Module({
  imports: [
    IasHttpModule.registerAsync({
      useFactory: () => ({
        baseURL: process.env['BACKEND_URL'] ?? DEFAULT_BACKEND_URL,
        correlationId: currentCorrelationId,
      }),
    }),
  ],
  providers: [BackendClient],
  exports: [BackendClient],
})
export class BackendModule {}
