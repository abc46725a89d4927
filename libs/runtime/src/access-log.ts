import type { IncomingMessage, Server } from 'node:http';
import { Logger } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { findRejection } from './socket-rejection.js';

const MAX_PATH_CHARACTERS = 256;

/** Logs one event per request, without query, headers and body, which can contain secrets. */
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

  // Requests that are rejected outside of Fastify do not reach its hooks.
  const server: Server = app.getHttpServer();
  const logRejection = (
    answered: object,
    request?: { method: string | undefined; path: string | undefined },
  ) => {
    const rejection = findRejection(answered);
    if (rejection === undefined) return;
    const { status, correlationId } = rejection;
    logger.log('request', { ...request, status, correlation_id: correlationId });
  };
  server.on('request', ({ method, url = '' }, response) => {
    response.once('close', () => logRejection(response, { method, path: pathOf(url) }));
  });
  for (const event of ['connect', 'checkExpectation']) {
    server.on(event, ({ method, url = '', socket }: IncomingMessage) => {
      logRejection(socket, { method, path: pathOf(url) });
    });
  }
  server.on('clientError', (_error, socket) => logRejection(socket));
}

function pathOf(url: string): string | undefined {
  return url.split('?', 1)[0]?.slice(0, MAX_PATH_CHARACTERS);
}
