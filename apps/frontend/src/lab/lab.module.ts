import { Module } from '@nestjs/common';
import { FrontendSettingsModule } from '../frontend-settings.module.js';
import { HomepageModule } from '../homepage/homepage.module.js';
import { LabController } from './lab.controller.js';
import { LabService } from './lab.service.js';
import { LandscapeAdmin } from './landscape-admin.js';
import { Thief } from './thief.js';

@Module({
  imports: [FrontendSettingsModule, HomepageModule],
  controllers: [LabController],
  providers: [LabService, LandscapeAdmin, Thief],
})
export class LabModule {}

/** Takes the place of the lab where there is none: its routes do not exist. */
@Module({})
export class NoLabModule {}
