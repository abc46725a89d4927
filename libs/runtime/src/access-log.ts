import type { Server } from 'node:http';
import { Logger } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { refusalOf, refusedBeforeRouting } from './malformed-request.js';

const MAX_PATH_CHARACTERS = 256;

/** Writes one event a request: no query, no header, no body, so nothing that a caller meant to keep secret. */
export function registerAccessLog(app: NestFastifyApplication): void {
  const logger = new Logger('Access');
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onResponse', (request, reply, done) => {
    logger.log('request', {
      method: request.method,
      path: pathOf(request.url),
      status: reply.statusCode,
      milliseconds: Math.round(reply.elapsedTime),
      correlation_id: request.id,
    });
    done();
  });

  // What Fastify refuses before it knows of a request passes none of its hooks.
  const server: Server = app.getHttpServer();
  server.on('request', ({ method, url = '' }, response) => {
    response.once('finish', () => {
      const id = refusedBeforeRouting(response);
      if (id === undefined) return;
      logger.log('request', { method, path: pathOf(url), status: response.statusCode, correlation_id: id });
    });
  });
  server.on('clientError', (error, socket) => {
    const id = refusedBeforeRouting(socket);
    if (id !== undefined) logger.log('request', { status: refusalOf(error).status, correlation_id: id });
  });
}

function pathOf(url: string): string | undefined {
  return url.split('?', 1)[0]?.slice(0, MAX_PATH_CHARACTERS);
}
