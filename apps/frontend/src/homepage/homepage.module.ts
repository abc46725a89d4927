import { ProblemPages, RuntimeModule } from '@nest-ias/runtime';
import { Module } from '@nestjs/common';
import { BackendModule } from '../backend/backend.module.js';
import { FrontendSettingsModule } from '../frontend-settings.module.js';
import { LastOutcome } from '../lab/lab-outcome.js';
import { FaviconController } from './favicon.controller.js';
import { HomepageController } from './homepage.controller.js';
import { HomepageService } from './homepage.service.js';
import { renderProblem } from './problem-page.js';
import { TlsVersions } from './tls-versions.js';

@Module({
  imports: [BackendModule, FrontendSettingsModule, RuntimeModule],
  controllers: [HomepageController, FaviconController],
  providers: [HomepageService, LastOutcome, TlsVersions],
  exports: [LastOutcome],
})
export class HomepageModule {
  constructor(pages: ProblemPages) {
    pages.use(renderProblem);
  }
}
