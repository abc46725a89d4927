import { Logger } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

const MAX_PATH_CHARACTERS = 256;

/** Writes one event a request: no query, no header, no body, so nothing that a caller meant to keep secret. */
export function registerAccessLog(app: NestFastifyApplication): void {
  const logger = new Logger('Access');
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onResponse', (request, reply, done) => {
      logger.log('request', {
        method: request.method,
        path: request.url.split('?', 1)[0]?.slice(0, MAX_PATH_CHARACTERS),
        status: reply.statusCode,
        milliseconds: Math.round(reply.elapsedTime),
        correlation_id: request.id,
      });
      done();
    });
}
