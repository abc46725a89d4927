import type { FastifyAdapter } from '@nestjs/platform-fastify';
import { identifyRequest } from './correlation-context.js';
import { rejectUndecodableUrl, rejectMalformedRequest } from './malformed-request.js';

type FastifyOptions = NonNullable<ConstructorParameters<typeof FastifyAdapter>[0]>;

const failToCompile = (): never => {
  throw new Error('Routes of these apps must not have Fastify schemas.');
};

/**
 * Node.js 24 creates no stream for the body of a request that has none, which saves CPU time. Older versions ignore the
 * option.
 */
const EMPTY_REQUESTS = { optimizeEmptyRequests: true };

/**
 * Time-outs and limits of the server, the same for each app. Usually a router in front of it disconnects slow and
 * broken clients, but in a container network there may be no router. `server-settings.ts` has the settings for
 * operators.
 */
export const FASTIFY_OPTIONS = {
  genReqId: identifyRequest,
  frameworkErrors: rejectUndecodableUrl,
  clientErrorHandler: rejectMalformedRequest,

  http: { headersTimeout: 15_000, connectionsCheckingInterval: 5_000, ...EMPTY_REQUESTS },

  /** Maximum size in bytes of a body on a route that accepts one (`@AcceptsBody()`). */
  bodyLimit: 16 * 1024,

  // No route has a Fastify schema, so the schema compilers (ajv and others) are not loaded.
  schemaController: {
    compilersFactory: { buildValidator: failToCompile, buildSerializer: failToCompile },
  },

  /** Milliseconds until a request must have arrived completely. */
  requestTimeout: 30_000,

  /** Milliseconds without a byte in either direction. Longer than the slowest response, which waits for a token and a call. */
  connectionTimeout: 60_000,

  /** Requests on accepted connections are still answered while the server closes. */
  return503OnClosing: false,

  /** Milliseconds. Longer than the 90 s of the router; otherwise the router sometimes uses a closed connection (502). */
  keepAliveTimeout: 95_000,
} satisfies FastifyOptions;
