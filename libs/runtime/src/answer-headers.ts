import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { CORRELATION_HEADER } from './correlation-context.js';
import { SECURITY_HEADERS } from './security-headers.js';

/** Headers of every response, with names in lower case. */
export function answerHeaders(correlationId: string): Record<string, string> {
  return { ...SECURITY_HEADERS, [CORRELATION_HEADER]: correlationId };
}

/** Sets the headers before anything can fail. A route can replace them. */
export function registerAnswerHeaders(app: NestFastifyApplication): void {
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRequest', (request, reply, done) => {
      void reply.headers(SECURITY_HEADERS).header(CORRELATION_HEADER, request.id);
      done();
    });
}
