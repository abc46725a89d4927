import { setMaxIdleHTTPParsers } from 'node:http';
import type { Server } from 'node:http';
import { HttpException, HttpStatus } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { OpenConnections } from './open-connections.js';
import { problemOfStatus } from './problem-details.js';

/** The router passes headers of up to 64 KiB; with less, Node.js would answer for the guard. */
const MAX_BYTES = 64 * 1024;

/** What Node.js takes by default, far more than a token and a certificate need. */
const MAX_BYTES_IN_A_CROWD = 16 * 1024;

/** As many connections may have headers of 64 KiB at once: 4 MiB together. */
const CROWD = 64;

/** Small headers occupy several times their size once they are read. */
const MAX_COUNT = 256;

/** Node.js keeps 1 000 parsers for later connections, each with the headers that it had last read in part. */
const MAX_IDLE_PARSERS = 16;

/**
 * Bounds the memory of headers that have arrived in part. One request may have headers of 64 KiB, but not a crowd of them
 * at once: a connection that is opened beside many others may have headers of 16 KiB.
 */
export function limitHeaders(app: NestFastifyApplication, connections: OpenConnections): void {
  const server: Server = app.getHttpServer();
  // Node.js asks for the limit whenever a connection is opened.
  Object.defineProperty(server, 'maxHeaderSize', {
    get: () => (connections.size < CROWD ? MAX_BYTES : MAX_BYTES_IN_A_CROWD),
  });
  setMaxIdleHTTPParsers(MAX_IDLE_PARSERS);

  // Node.js drops what exceeds the count; a request that lacks some of its headers must not be answered.
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
  return new HttpException(
    problemOfStatus(HttpStatus.BAD_REQUEST, 'request_header_too_large'),
    HttpStatus.BAD_REQUEST,
  );
}
