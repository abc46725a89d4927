import { Module } from '@nestjs/common';
import { ProbesController } from './probes.controller.js';
import { SYSTEM_MONOTONIC_CLOCK } from './monotonic-clock.js';
import { OpenConnections } from './open-connections.js';
import { ProblemPages } from './problem-pages.js';
import { ShutdownService } from './shutdown.service.js';

/** Health probes, error pages and graceful shutdown for an app. */
@Module({
  controllers: [ProbesController],
  providers: [OpenConnections, ProblemPages, ShutdownService, SYSTEM_MONOTONIC_CLOCK],
  exports: [ProblemPages],
})
export class RuntimeModule {}
