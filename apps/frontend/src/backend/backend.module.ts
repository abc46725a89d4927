import { currentCorrelationId } from '@nest-ias/runtime';
import { Module } from '@nestjs/common';
import { IasClientModule } from 'nest-ias';
import { FRONTEND_SETTINGS } from '../frontend-settings.js';
import type { FrontendSettings } from '../frontend-settings.js';
import { FrontendSettingsModule } from '../frontend-settings.module.js';
import { BACKEND_CALL_LIMITS } from './backend-call-limits.js';
import { BackendClient } from './backend-client.js';

@Module({
  imports: [
    IasClientModule.registerAsync({
      imports: [FrontendSettingsModule],
      inject: [FRONTEND_SETTINGS],
      useFactory: ({ backendUrl }: FrontendSettings) => ({
        baseURL: backendUrl,
        correlationId: currentCorrelationId,
        ...BACKEND_CALL_LIMITS,
      }),
    }),
  ],
  providers: [BackendClient],
  exports: [BackendClient],
})
export class BackendModule {}
