import type { IncomingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import { finished, Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { BodyCollector } from './body-collector.js';
import { responseTooLarge, TransportError } from './transport-failure.js';

/** A request as it goes to the server. */
export interface HttpRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  /** Alternating names and values. */
  readonly headers: string[];
  readonly body: string | Uint8Array | Readable | null;
  /** Maximum size of the body of the response in bytes, as it is sent. */
  readonly maxBytes: number;
  /** Converts failures of a response whose body is a stream; without it, the body is read completely. */
  readonly toStreamError: ((error: Error) => Error) | undefined;
}

export interface HttpResponse<Body = Buffer | Readable> {
  readonly status: number;
  readonly statusText: string;
  readonly headers: IncomingHttpHeaders;
  /** As it was sent, not decoded. */
  readonly body: Body;
}

/** The part of a connection that an exchange uses. */
export interface Connection {
  readonly socket: Socket | undefined;
  /** Number of responses that the socket has received. */
  served: number;
}

/** Error codes of a connection that the server closed. */
const CLOSED: ReadonlySet<unknown> = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);

/** Error code of a connection that undici closed on purpose, for example after `connection: close`. */
const INTENDED = 'UND_ERR_INFO';

/** One request and its response, as the handler that undici calls. It ends with `resolve` or `reject`, whichever comes first. */
export class HttpExchange implements Dispatcher.DispatchHandler {
  /** Set when a connection takes over the request. */
  connection: Connection | undefined;
  /** The socket on which the request is sent. */
  #socket: Socket | undefined;
  #failure: NodeJS.ErrnoException | undefined;
  #isReused = false;
  #response: { status: number; statusText: string; headers: IncomingHttpHeaders } | undefined;
  #stream: Readable | undefined;
  readonly #collector = new BodyCollector();
  #size = 0;
  #isComplete = false;

  readonly #request: HttpRequest;
  readonly #resolve: (response: HttpResponse) => void;
  readonly #reject: (error: Error) => void;

  constructor(
    request: HttpRequest,
    resolve: (response: HttpResponse) => void,
    reject: (error: Error) => void,
  ) {
    this.#request = request;
    this.#resolve = resolve;
    this.#reject = reject;
    // before undici listens
    if (request.body instanceof Readable) finished(request.body, { writable: false }, this.#onBodySent);
  }

  /** Whether a server closed a kept connection before the request arrived, as it may at any time (RFC 9112 §9.5). */
  get foundConnectionClosed(): boolean {
    return this.#isReused && this.#response === undefined && CLOSED.has(this.#failure?.code);
  }

  /** The step that the call waits for. */
  get progress(): string {
    if (this.#socket === undefined) return 'it waited for a connection';
    if (this.#response === undefined) return 'it was sent, but not answered';
    return `the response with status ${this.#response.status} is incomplete`;
  }

  abort(error: Error): void {
    this.#fail(error);
    this.#disconnect();
  }

  onRequestStart(): void {
    // thrown, not aborted, because that would close a connection that is good
    if (this.#failure) throw this.#failure;
    this.#socket = this.connection?.socket;
    this.#isReused = (this.connection?.served ?? 0) > 0;
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
    statusText = '',
  ): void {
    if (status < 100) return this.abort(malformed());
    if (status < 200) return;
    this.#response = { status, statusText, headers: normalizeHeaders(headers) };
    if (this.#request.toStreamError === undefined) return;
    this.#stream = new Readable({
      read: () => controller.resume(),
      destroy: (error, callback) => {
        this.#disconnect();
        callback(error);
      },
    });
    // the stream can fail before the caller has it
    this.#stream.on('error', () => undefined);
    this.#resolve({ ...this.#response, body: this.#stream });
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#size += chunk.length;
    if (this.#size > this.#request.maxBytes) {
      this.abort(responseTooLarge(this.#request.maxBytes));
    } else if (this.#stream === undefined) {
      this.#collector.add(chunk);
    } else if (!this.#stream.push(chunk)) {
      controller.pause();
    }
  }

  onResponseEnd(): void {
    this.#isComplete = true;
    const { connection } = this;
    if (connection) {
      connection.served += 1;
      // TLS reports a complete write later in this turn of the event loop, before undici uses the connection again
      if (connection.socket?.writableLength) setImmediate(closeUnlessWritten, connection.socket);
    }
    if (this.#stream) this.#stream.push(null);
    // the parser may still find bytes after the end
    else queueMicrotask(() => this.#finish());
  }

  onResponseError(_: Dispatcher.DispatchController | null, error: Error): void {
    this.#fail(error);
  }

  #finish(): void {
    const error: NodeJS.ErrnoException | null | undefined = this.connection?.socket?.errored;
    if (error && error.code !== INTENDED) this.#fail(malformed());
    if (this.#failure || this.#response === undefined) return;
    this.#resolve({ ...this.#response, body: this.#collector.toBuffer() });
  }

  readonly #onBodySent = (error?: Error | null): void => {
    // undici destroys the rest of the body when it no longer needs it
    if (!error || this.#isComplete) return;
    this.abort(new TransportError('ERR_REQUEST_BODY', 'the body failed', { cause: error }));
  };

  /**
   * Closes the connection of a call that ends early. `controller.abort` would leave the request in the queue of undici,
   * which opens a connection for it before it notices.
   */
  #disconnect(): void {
    if (!this.#isComplete) this.#socket?.destroy(new TransportError('ABORT_ERR', 'the call ended early'));
  }

  #fail(error: Error): void {
    if (this.#failure) return;
    this.#failure = withCode(error, this.#response !== undefined);
    if (this.#stream) this.#stream.destroy(this.#request.toStreamError?.(this.#failure));
    else this.#reject(this.#failure);
  }
}

/** A stream can be read only once. */
export function canBeSentTwice(body: unknown): boolean {
  const isBytes = ArrayBuffer.isView(body) || body instanceof ArrayBuffer || body instanceof Blob;
  return body === null || typeof body === 'string' || isBytes;
}

/** After an early response, the server may never read the rest of the request. */
function closeUnlessWritten(socket: Socket): void {
  if (socket.writableLength > 0) socket.destroy();
}

function malformed(): TransportError {
  return new TransportError('ERR_RESPONSE_MALFORMED', 'the response is not valid HTTP');
}

/** Some errors of undici for a malformed response have no code, or one that also means an interrupted connection. */
function withCode(error: NodeJS.ErrnoException, isStarted: boolean): Error {
  const isLength = error.code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH';
  if (error.name === 'HTTPParserError' || (isLength && !isStarted)) return malformed();
  if (/^bad (response|upgrade)$/.test(error.message)) return malformed();
  return error;
}

/** Headers of which Node.js keeps the first value only (`message.headers` of its documentation). */
const SINGLE: ReadonlySet<string> = new Set(
  (
    'age authorization content-length content-type etag expires from host if-modified-since if-unmodified-since ' +
    'last-modified location max-forwards proxy-authorization referer retry-after server user-agent'
  ).split(' '),
);

/**
 * Converts headers of undici, which are lists if they were sent twice, to the types that they have in Node.js. It
 * modifies the given object instead of copying it, because most headers need no change.
 */
function normalizeHeaders(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  for (const name of Object.keys(headers)) {
    const value = headers[name];
    if (name === 'set-cookie' || Array.isArray(value)) headers[name] = normalize(name, value);
  }
  return headers;
}

function normalize(name: string, value: string | string[] | undefined): string | string[] | undefined {
  if (name === 'set-cookie') return [value ?? []].flat();
  if (!Array.isArray(value)) return value;
  return SINGLE.has(name) ? value[0] : value.join(name === 'cookie' ? '; ' : ', ');
}
