import type { IncomingMessage, OutgoingHttpHeader, Server } from 'node:http';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { AppLogger } from './app-logger.js';
import { requestFieldsOf } from './request-fields.js';
import { findRejection } from './socket-rejection.js';

const MAX_PATH_CHARACTERS = 256;

/** Logs one event per request, without query, credentials and body, which can contain secrets. */
export function registerAccessLog(app: NestFastifyApplication, logger: AppLogger): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onResponse', (request, reply, done) => {
    logger.request({
      ...describe(request.raw),
      status: reply.statusCode,
      milliseconds: Math.round(reply.elapsedTime),
      correlationId: request.id,
      responseBytes: numberOf(reply.getHeader('content-length')),
      contentType: textOf(reply.getHeader('content-type')),
    });
    done();
  });

  // Requests that are rejected outside of Fastify do not reach its hooks.
  const server: Server = app.getHttpServer();
  const logRejection = (answered: object, request?: IncomingMessage) => {
    const rejection = findRejection(answered);
    if (rejection !== undefined) logger.request({ ...(request && describe(request)), ...rejection });
  };
  server.on('request', (request, response) => {
    response.once('close', () => logRejection(response, request));
  });
  for (const event of ['connect', 'checkExpectation']) {
    server.on(event, (request: IncomingMessage) => logRejection(request.socket, request));
  }
  server.on('clientError', (_error, socket) => logRejection(socket));
}

function describe({ method, url = '', httpVersion, headers }: IncomingMessage) {
  return {
    method,
    path: url.split('?', 1)[0]?.slice(0, MAX_PATH_CHARACTERS),
    httpVersion,
    requestBytes: numberOf(headers['content-length']),
    fields: requestFieldsOf(headers),
  };
}

function numberOf(header: OutgoingHttpHeader | undefined): number | undefined {
  const value = Number(header);
  return header !== undefined && Number.isSafeInteger(value) ? value : undefined;
}

function textOf(header: OutgoingHttpHeader | undefined): string | undefined {
  return typeof header === 'string' ? header : undefined;
}
