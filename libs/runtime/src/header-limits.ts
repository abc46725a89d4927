import { setMaxIdleHTTPParsers } from 'node:http';
import type { Server } from 'node:http';
import { HttpException, HttpStatus } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { OpenConnections } from './open-connections.js';
import { problemOf } from './problem-details.js';

/** The router forwards headers of up to 64 KiB. With a lower limit, Node.js would respond instead of the guard. */
export const MAX_BYTES = 64 * 1024;

/** The default of Node.js, far more than a token and a certificate need. */
export const MAX_BYTES_IF_BUSY = 16 * 1024;

/** Number of connections that can have headers of 64 KiB at once, together 4 MiB. */
export const BUSY_CONNECTIONS = 64;

/** Once parsed, small headers take several times their size. */
export const MAX_COUNT = 256;

/** By default, Node.js keeps 1 000 parsers for later connections, each with the incomplete headers that it read last. */
const MAX_IDLE_PARSERS = 16;

/**
 * Limits the memory that incomplete headers take. Headers can have 64 KiB, but only 16 KiB on a connection that is opened
 * while many others are open.
 */
export function limitHeaders(app: NestFastifyApplication, connections: OpenConnections): void {
  const server: Server = app.getHttpServer();
  // Node.js reads the limit when a connection is opened.
  Object.defineProperty(server, 'maxHeaderSize', {
    get: () => (connections.size < BUSY_CONNECTIONS ? MAX_BYTES : MAX_BYTES_IF_BUSY),
  });
  setMaxIdleHTTPParsers(MAX_IDLE_PARSERS);

  // Node.js drops headers beyond this number. A request without some of its headers must be rejected.
  server.maxHeadersCount = MAX_COUNT + 1;
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRequest', (request, _reply, done) => {
      if (request.raw.rawHeaders.length <= MAX_COUNT * 2) done();
      else done(tooManyHeaders());
    });
}

function tooManyHeaders(): HttpException {
  return new HttpException(problemOf('request_header_too_large'), HttpStatus.BAD_REQUEST);
}
