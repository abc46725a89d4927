import { Module } from '@nestjs/common';
import { ProbesController } from './probes.controller.js';
import { OpenConnections } from './open-connections.js';
import { ShutdownService } from './shutdown.service.js';

/** Health probes and graceful shutdown for an app. */
@Module({ controllers: [ProbesController], providers: [OpenConnections, ShutdownService] })
export class RuntimeModule {}
