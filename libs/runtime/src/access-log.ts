import type { IncomingMessage, Server } from 'node:http';
import { Logger } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { findEarlyRefusal } from './malformed-request.js';

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

  // What is refused outside of Fastify passes none of its hooks.
  const server: Server = app.getHttpServer();
  const logRefusal = (
    answered: object,
    request?: { method: string | undefined; path: string | undefined },
  ) => {
    const refusal = findEarlyRefusal(answered);
    if (refusal === undefined) return;
    const { status, correlationId } = refusal;
    logger.log('request', { ...request, status, correlation_id: correlationId });
  };
  server.on('request', ({ method, url = '' }, response) => {
    response.once('close', () => logRefusal(response, { method, path: pathOf(url) }));
  });
  for (const event of ['connect', 'checkExpectation']) {
    server.on(event, ({ method, url = '', socket }: IncomingMessage) => {
      logRefusal(socket, { method, path: pathOf(url) });
    });
  }
  server.on('clientError', (_error, socket) => logRefusal(socket));
}

function pathOf(url: string): string | undefined {
  return url.split('?', 1)[0]?.slice(0, MAX_PATH_CHARACTERS);
}
