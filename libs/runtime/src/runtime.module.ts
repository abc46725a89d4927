import { Module } from '@nestjs/common';
import { HealthController } from './health.controller.js';
import { ShutdownService } from './shutdown.service.js';

/** What every deployed app has: health probes and an orderly end. */
@Module({ controllers: [HealthController], providers: [ShutdownService], exports: [ShutdownService] })
export class RuntimeModule {}
