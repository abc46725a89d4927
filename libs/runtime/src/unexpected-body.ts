import type { Server, ServerResponse } from 'node:http';
import { HttpException, HttpStatus, NotFoundException } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { problemOf } from './problem-details.js';

interface BodyConfig {
  readonly acceptsBody?: boolean;
}

/** Lets a route accept a body. Bodies on other routes are rejected before they are read. */
export const AcceptsBody = (): MethodDecorator => RouteConfig({ acceptsBody: true } satisfies BodyConfig);

/** Methods for which a path can have a route. */
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/**
 * Rejects bodies that no route accepts as soon as the headers have arrived, before the guard, for any caller. The rest of
 * such a body is dropped as it arrives, so nothing is buffered and the connection stays open.
 */
export function rejectUnexpectedBodies(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  const server: Server = app.getHttpServer();
  /** Responses whose client waits for `100 Continue` before it sends the body. */
  const awaited = new WeakSet<ServerResponse>();
  // Without this listener, Node.js requests the body before the hook below can reject it.
  server.on('checkContinue', (request, response) => {
    awaited.add(response);
    server.emit('request', request, response);
  });
  fastify.addHook('onRequest', (request, reply, done) => {
    if (request.raw.socket.destroyed) return void reply.hijack();
    if (announcesBody(request)) {
      if (!acceptsBody(request)) return done(rejectionOf(request, fastify));
      if (awaited.has(reply.raw)) reply.raw.writeContinue();
    }
    done();
  });
}

/** RFC 9112 §6.3: a request without these headers has no body. */
function announcesBody({ headers }: FastifyRequest): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function acceptsBody({ routeOptions }: FastifyRequest): boolean {
  return (routeOptions.config as BodyConfig).acceptsBody === true;
}

function rejectionOf(request: FastifyRequest, fastify: FastifyInstance): HttpException {
  const [path = ''] = request.url.split('?', 1);
  const isKnown = METHODS.some((method) => fastify.findRoute({ method, url: path }) !== null);
  if (!isKnown) return new NotFoundException();
  return new HttpException(problemOf('body_not_accepted'), HttpStatus.PAYLOAD_TOO_LARGE);
}
