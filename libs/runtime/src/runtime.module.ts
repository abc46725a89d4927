import { Module } from '@nestjs/common';
import { ProbesController } from './probes.controller.js';
import { OpenConnections } from './open-connections.js';
import { ProblemPages } from './problem-pages.js';
import { ShutdownService } from './shutdown.service.js';

/** Health probes, error pages and graceful shutdown for an app. */
@Module({
  controllers: [ProbesController],
  providers: [OpenConnections, ProblemPages, ShutdownService],
  exports: [ProblemPages],
})
export class RuntimeModule {}
