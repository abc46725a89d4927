import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { parseCorrelationId } from './correlation-id-parser.js';

/** The response header with the correlation ID. Clients of `nest-ias` send the same name, which the package does not export. */
export const CORRELATION_HEADER = 'x-correlation-id';

/** The members of a request that belong in its log lines. */
type IdentifiedRequest = Pick<FastifyRequest, 'id' | 'headers'>;

const context = new AsyncLocalStorage<IdentifiedRequest>();

/** The request that is being handled; undefined outside of a request. */
export function currentRequest(): IdentifiedRequest | undefined {
  return context.getStore();
}

/** The correlation ID of the request that is being handled; undefined outside of a request. */
export function currentCorrelationId(): string | undefined {
  return context.getStore()?.id;
}

/** The correlation ID that the caller sent, or a new one. */
export function identifyRequest({ headers }: Pick<IncomingMessage, 'headers'>): string {
  return parseCorrelationId(headers) ?? randomUUID();
}

/** Makes the request and its correlation ID available to everything that runs for the request. */
export function registerCorrelation(app: NestFastifyApplication): void {
  // Not earlier: a body is parsed in socket events, which run outside of the request's context.
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('preHandler', (request, _reply, done) => context.run(request, done));
}
