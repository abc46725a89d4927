import {
  type Agent,
  type ClientRequest,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  request as httpRequest,
  type ServerResponse,
} from 'node:http';
import { pipeline } from 'node:stream';
import { endToEndHeaders } from './hop-by-hop-headers.js';
import { refuse } from './router-refusal.js';

/** Where and how a request is forwarded. */
export interface ProxyTarget {
  /** Instances of the app; the proxy skips an instance that accepts no connection. */
  readonly instances: readonly URL[];
  readonly headers: OutgoingHttpHeaders;
  readonly agent: Agent;
  /** Time limit for the app to begin its answer. */
  readonly responseTimeoutMilliseconds: number;
}

/** Streams a request to an app and the answer back. Either side can disconnect at any time. */
export function proxy(request: IncomingMessage, response: ServerResponse, target: ProxyTarget): void {
  const [instance, ...others] = target.instances;
  if (instance === undefined) return refuse(response, 'endpoint_failure');
  const upstream = httpRequest({
    host: instance.hostname.replaceAll(/^\[|\]$/g, ''),
    port: instance.port === '' ? 80 : instance.port,
    method: request.method,
    path: request.url,
    headers: target.headers,
    agent: target.agent,
  });
  const abandon = () => {
    if (!response.writableFinished) upstream.destroy();
  };
  let connected = false;
  whenConnected(upstream, () => {
    connected = true;
    request.pipe(upstream);
  });
  const deadline = setTimeout(() => {
    if (!response.headersSent) refuse(response, 'endpoint_timeout');
    upstream.destroy();
  }, target.responseTimeoutMilliseconds);
  upstream.once('close', () => clearTimeout(deadline));
  upstream.once('response', (answer) => {
    clearTimeout(deadline);
    relay(answer, response);
  });
  // The proxy does not forward `Upgrade`, so no client requested an upgrade.
  upstream.once('upgrade', (_, socket) => {
    socket.destroy();
    fail(response);
  });
  upstream.on('error', (error: NodeJS.ErrnoException) => {
    response.off('close', abandon);
    if (response.destroyed || response.headersSent) return fail(response);
    if (!connected && others.length > 0) return proxy(request, response, { ...target, instances: others });
    if (isStaleConnection(upstream, error) && hasNoBody(request)) return proxy(request, response, target);
    fail(response);
  });
  response.once('close', abandon);
  request.on('error', () => upstream.destroy());
}

/** Delays the body until the instance accepts the connection, so that a failed connection consumes none of it. */
function whenConnected(upstream: ClientRequest, listener: () => void): void {
  upstream.once('socket', (socket) => {
    if (socket.connecting) socket.once('connect', listener);
    else listener();
  });
}

/** Whether the app closed an idle connection while it was reused; gorouter retries such requests if possible. */
function isStaleConnection(upstream: ClientRequest, error: NodeJS.ErrnoException): boolean {
  return upstream.reusedSocket && error.code === 'ECONNRESET';
}

function hasNoBody({ method, headers }: IncomingMessage): boolean {
  const idempotent = method === 'GET' || method === 'HEAD' || method === 'OPTIONS';
  return idempotent && headers['content-length'] === undefined && headers['transfer-encoding'] === undefined;
}

function relay(answer: IncomingMessage, response: ServerResponse): void {
  try {
    response.sendDate = false;
    // The reason phrase is not relayed: the parser accepts characters that Node refuses to send.
    response.writeHead(answer.statusCode ?? 0, endToEndHeaders(answer.rawHeaders).flat());
  } catch {
    answer.destroy();
    fail(response);
    return;
  }
  // If the app aborts its answer, pipeline aborts ours, so that the client does not mistake it for a complete one.
  pipeline(answer, response, () => undefined);
}

function fail(response: ServerResponse): void {
  if (!response.headersSent) refuse(response, 'endpoint_failure');
  else if (!response.writableEnded) response.destroy();
}
