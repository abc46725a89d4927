import { currentCorrelationId } from '@nest-ias/runtime';
import { Module } from '@nestjs/common';
import { IasHttpModule, parseTargetUrl } from 'nest-ias';
import { BackendClient } from './backend-client.js';

const DEFAULT_BACKEND_URL = 'http://localhost:3001';

@Module({
  imports: [
    IasHttpModule.registerAsync({
      useFactory: () => ({
        baseURL: parseTargetUrl(process.env['BACKEND_URL'] ?? DEFAULT_BACKEND_URL, 'BACKEND_URL').href,
        correlationId: currentCorrelationId,
      }),
    }),
  ],
  providers: [BackendClient],
  exports: [BackendClient],
})
export class BackendModule {}
