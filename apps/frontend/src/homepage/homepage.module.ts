import { Module } from '@nestjs/common';
import { BackendModule } from '../backend/backend.module.js';
import { HomepageController } from './homepage.controller.js';
import { HomepageService } from './homepage.service.js';

@Module({ imports: [BackendModule], controllers: [HomepageController], providers: [HomepageService] })
export class HomepageModule {}
