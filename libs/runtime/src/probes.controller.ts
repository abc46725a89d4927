import { Controller, Get, Header, HttpStatus, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Public } from 'nest-ias';
import { ShutdownService } from './shutdown.service.js';

/** Answers the probes of the platform: only the status, without calls to other systems. */
@Public()
@Controller('health')
export class ProbesController {
  readonly #shutdown: ShutdownService;

  constructor(shutdown: ShutdownService) {
    this.#shutdown = shutdown;
  }

  @Get('live')
  @Header('Cache-Control', 'no-store')
  live(): { status: string } {
    return { status: 'up' };
  }

  @Get('ready')
  @Header('Cache-Control', 'no-store')
  ready(@Res({ passthrough: true }) reply: FastifyReply): { status: string } {
    if (!this.#shutdown.stopping) return { status: 'up' };
    void reply.code(HttpStatus.SERVICE_UNAVAILABLE);
    return { status: 'down' };
  }
}
