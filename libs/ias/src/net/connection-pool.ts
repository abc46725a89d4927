import type { Agent, AgentOptions } from 'node:https';
import type { Socket } from 'node:net';
import { buildConnector, Client, Pool } from 'undici';
import type { Dispatcher } from 'undici';
import { MAX_SOCKETS } from './agent.js';
import type { CallLimit } from './call-limit.js';
import { HttpExchange, canBeSentTwice } from './http-exchange.js';
import type { Connection, HttpRequest, HttpResponse } from './http-exchange.js';

/** Methods that can be repeated safely (RFC 9110 §9.2.2). */
const IDEMPOTENT: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']);

const CONNECT_TIMEOUT_MS = 10_000;

/** Milliseconds after which an idle connection is closed, unless the server asks for less. */
const KEEP_ALIVE_MS = 60_000;

/** Kept connections to one origin, with the TLS options of one agent (docs/decisions/0035). */
export class ConnectionPool {
  readonly #origin: string;
  readonly #pool: Pool;
  #isDrained = false;

  constructor(
    origin: string,
    readonly agent: Agent,
  ) {
    this.#origin = origin;
    this.#pool = createPool(origin, agent);
  }

  /**
   * Sends a request. If the server closes a kept connection at the same moment, it sends an idempotent request again over
   * another one.
   *
   * @param limit stops the call; release it afterwards
   * @throws {Error} with a code of Node.js, undici or {@link TransportError}; classify it and do not keep it
   */
  async send(request: HttpRequest, limit: CallLimit): Promise<HttpResponse> {
    for (;;) {
      let exchange: HttpExchange | undefined;
      try {
        return await new Promise<HttpResponse>((resolve, reject) => {
          limit.throwIfStopped();
          const current = new HttpExchange(request, resolve, reject);
          exchange = current;
          limit.onStop = (error) => current.abort(error);
          limit.progress = () => current.progress;
          this.#dispatch(request, current);
        });
      } catch (error) {
        if (error instanceof MisnamedServerError) throw error.original;
        if (!exchange?.foundConnectionClosed || !isRepeatable(request)) throw error;
      }
    }
  }

  /** Closes idle connections now, and the others when their requests end. */
  drain(): void {
    this.#isDrained = true;
    // it fails if the pool is closed already
    this.#pool.close().catch(() => undefined);
  }

  /** Closes all connections. */
  destroy(): void {
    this.#pool.destroy().catch(() => undefined);
  }

  /** A drained pool takes no requests, but a running call can still need another connection. */
  #dispatch(request: HttpRequest, exchange: HttpExchange): void {
    const pool = this.#isDrained ? createPool(this.#origin, this.agent) : this.#pool;
    pool.dispatch(optionsOf(request, exchange), exchange);
    if (pool !== this.#pool) void pool.close();
  }
}

function createPool(origin: string, { options }: Agent): Pool {
  const pool = new Pool(origin, {
    connections: MAX_SOCKETS,
    connect: createConnector(options),
    factory: (url, clientOptions) => new CountingClient(url, clientOptions),
    keepAliveTimeout: KEEP_ALIVE_MS,
    // each call has its own limit
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  // Otherwise the pool drops a client that cannot connect, but the client still takes queued calls: beyond the limit, and
  // over connections that nothing closes.
  pool.removeAllListeners('connectionError');
  return pool;
}

interface ExchangeOptions extends Dispatcher.DispatchOptions {
  readonly exchange: HttpExchange;
}

function optionsOf({ method, path, headers, body }: HttpRequest, exchange: HttpExchange): ExchangeOptions {
  return {
    method,
    path,
    headers,
    body,
    exchange,
  };
}

function isRepeatable({ method, body }: HttpRequest): boolean {
  return canBeSentTwice(body) && IDEMPOTENT.has(method);
}

/** Tells exchanges which connection they use, which undici does not. */
class CountingClient extends Client implements Connection {
  socket: Socket | undefined;
  served = 0;

  constructor(url: URL, { connect, ...options }: Client.Options) {
    const open = connect as buildConnector.connector;
    super(url, {
      ...options,
      connect: (target: buildConnector.Options, callback: buildConnector.Callback) =>
        open(target, (...[error, socket]) => {
          this.served = 0;
          this.socket = socket ?? undefined;
          if (socket) callback(null, socket);
          else callback(isMisnamed(error) ? new MisnamedServerError(error) : error, null);
        }),
    });
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    (options as ExchangeOptions).exchange.connection = this;
    return super.dispatch(options, handler);
  }
}

/** Replaces `ERR_TLS_CERT_ALTNAME_INVALID` of Node.js: after that code, undici's client never sends a request again. */
class MisnamedServerError extends Error {
  constructor(readonly original: Error) {
    super(original.message);
  }
}

function isMisnamed(error: NodeJS.ErrnoException | null): error is NodeJS.ErrnoException {
  return error?.code === 'ERR_TLS_CERT_ALTNAME_INVALID';
}

/** Opens connections with the options of an agent. */
function createConnector(options: AgentOptions): buildConnector.connector {
  const { secureContext, ca, minVersion, lookup, checkServerIdentity, autoSelectFamilyAttemptTimeout } =
    options;
  const connect = buildConnector({
    ...(secureContext && { secureContext }),
    ...(ca !== undefined && { ca }),
    ...(minVersion && { minVersion }),
    ...(lookup && { lookup }),
    ...(checkServerIdentity && { checkServerIdentity }),
    ...(autoSelectFamilyAttemptTimeout !== undefined && { autoSelectFamilyAttemptTimeout }),
    timeout: CONNECT_TIMEOUT_MS,
  });
  /** undici refers to sessions weakly, so they would be lost without this. */
  const latest: { session?: Buffer } = {};
  return (target, callback) =>
    connect(target, (...[error, socket]) => {
      socket?.on('session', (next: Buffer) => (latest.session = next));
      if (socket) callback(null, socket);
      else callback(error, null);
    });
}
