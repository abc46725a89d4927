import { Module } from '@nestjs/common';
import { HealthController } from './health.controller.js';
import { OpenConnections } from './open-connections.js';
import { ShutdownService } from './shutdown.service.js';

/** What every deployed app has: health probes and an orderly end. */
@Module({ controllers: [HealthController], providers: [OpenConnections, ShutdownService] })
export class RuntimeModule {}
