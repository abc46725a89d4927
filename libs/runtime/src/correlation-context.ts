import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { parseCorrelationId } from './correlation-id-parser.js';

/** Gives the id back with the answer. */
export const CORRELATION_HEADER = 'x-correlation-id';

const context = new AsyncLocalStorage<string>();

/** Correlation id of the request being handled; undefined outside of one. */
export function currentCorrelationId(): string | undefined {
  return context.getStore();
}

/** Id of a request: what its caller sent, or a new one. */
export function identifyRequest({ headers }: Pick<IncomingMessage, 'headers'>): string {
  return parseCorrelationId(headers) ?? randomUUID();
}

/** Makes the id known to whatever runs for the request. */
export function registerCorrelation(app: NestFastifyApplication): void {
  // Not earlier: a body is parsed in the events of its socket, which know nothing of the request's context.
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('preHandler', (request, _reply, done) => context.run(request.id, done));
}
