import { type Agent, type IncomingMessage, request as httpRequest, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream';
import { endToEndHeaders } from './hop-by-hop.headers.js';
import { refuse } from './router.refusal.js';

/** Where a request goes, and how. */
export interface ProxyTarget {
  readonly instance: URL;
  /** Name and value by turns. */
  readonly headers: readonly string[];
  readonly agent: Agent;
}

/** Streams a request to an app and its answer back; either side may break off at any time. */
export function proxy(request: IncomingMessage, response: ServerResponse, target: ProxyTarget): void {
  const upstream = httpRequest({
    host: target.instance.hostname.replace(/^\[|\]$/g, ''),
    port: target.instance.port === '' ? 80 : target.instance.port,
    method: request.method,
    path: request.url,
    headers: target.headers,
    agent: target.agent,
  });
  upstream.once('response', (answer) => relay(answer, response));
  upstream.on('error', () => fail(response));
  response.once('close', () => {
    if (!response.writableFinished) upstream.destroy();
  });
  request.on('error', () => upstream.destroy());
  request.pipe(upstream);
}

function relay(answer: IncomingMessage, response: ServerResponse): void {
  try {
    response.sendDate = false;
    // The reason phrase is not relayed: the parser lets characters through that may not be sent.
    response.writeHead(answer.statusCode ?? 0, endToEndHeaders(answer.rawHeaders).flat());
  } catch {
    answer.destroy();
    fail(response);
    return;
  }
  // Where the app breaks off its answer, pipeline breaks off ours: the client must not take it for complete.
  pipeline(answer, response, () => undefined);
}

function fail(response: ServerResponse): void {
  if (!response.headersSent) refuse(response, 'endpoint_failure');
  else if (!response.writableEnded) response.destroy();
}
