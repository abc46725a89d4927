import type { FastifyAdapter } from '@nestjs/platform-fastify';
import { identifyRequest } from './correlation-context.js';
import { refuseBeforeRouting, refuseUnreadable } from './malformed-request.js';

type ServerOptions = NonNullable<ConstructorParameters<typeof FastifyAdapter>[0]>;

const compilesNothing = (): never => {
  throw new Error('No route of these apps has a schema of Fastify.');
};

/**
 * How the server treats connections. Before it stands the router, which closes slow and broken clients; in a container
 * network there may be none.
 */
export const SERVER_OPTIONS = {
  genReqId: identifyRequest,
  frameworkErrors: refuseBeforeRouting,
  clientErrorHandler: refuseUnreadable,

  http: { headersTimeout: 15_000, connectionsCheckingInterval: 5_000 },

  /** Bytes of the body of a route that takes one (`@AcceptsBody()`). */
  bodyLimit: 16 * 1024,

  // No route has a schema of Fastify: what would compile them (ajv and more) is not loaded.
  schemaController: {
    compilersFactory: { buildValidator: compilesNothing, buildSerializer: compilesNothing },
  },

  /** Milliseconds for a whole request to arrive: nobody holds a connection by sending a byte now and then. */
  requestTimeout: 30_000,

  /** Milliseconds without a byte either way; longer than the slowest answer, which waits for a token and a call. */
  connectionTimeout: 60_000,

  /** What still arrives while the server closes came on a connection that was accepted: it is answered, not turned away. */
  return503OnClosing: false,

  /** Longer than the 90 s for which the router keeps a connection, or it meets a closed one now and then (502). */
  keepAliveTimeout: 95_000,
} satisfies ServerOptions;
