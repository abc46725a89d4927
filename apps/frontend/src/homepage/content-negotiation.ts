import accepts from 'accepts';
import type { FastifyRequest } from 'fastify';

/** Whether the caller wants JSON rather than a page; a browser, and whoever does not say, gets the page. */
export function prefersJson(request: FastifyRequest): boolean {
  return accepts(request.raw).type(['html', 'json']) === 'json';
}
