import { Module } from '@nestjs/common';
import { FRONTEND_SETTINGS, readFrontendSettings } from './frontend-settings.js';

/** Provides the settings to the modules of this app. */
@Module({
  providers: [{ provide: FRONTEND_SETTINGS, useFactory: () => readFrontendSettings() }],
  exports: [FRONTEND_SETTINGS],
})
export class FrontendSettingsModule {}
