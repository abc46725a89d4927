import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply } from 'fastify';

/**
 * `GET /openapi.json`. The build puts the code that creates the document into a separate file, which the first request
 * loads.
 */
export function serveOpenApi(app: NestFastifyApplication): void {
  app.getHttpAdapter().get('/openapi.json', async (_: unknown, reply: FastifyReply) => {
    const { createOpenApiDocument } = await import(
      /* webpackMode: "lazy", webpackChunkName: "openapi-document" */ './openapi-document.js'
    );
    return reply.send(createOpenApiDocument(app));
  });
}
