import { Module } from '@nestjs/common';
import { HealthController } from './health.controller.js';
import { OpenConnections } from './open-connections.js';
import { ShutdownService } from './shutdown.service.js';

/** Health probes and graceful shutdown for an app. */
@Module({ controllers: [HealthController], providers: [OpenConnections, ShutdownService] })
export class RuntimeModule {}
