import accepts from 'accepts';
import type { FastifyRequest } from 'fastify';

/** Whether the caller prefers JSON to HTML. Callers without a preference get HTML. */
export function prefersJson(request: FastifyRequest): boolean {
  return accepts(request.raw).type(['html', 'json']) === 'json';
}

/** Whether the caller prefers HTML to JSON, as browsers do. Callers without a preference get JSON. */
export function prefersHtml(request: FastifyRequest): boolean {
  return accepts(request.raw).type(['json', 'html']) === 'html';
}
