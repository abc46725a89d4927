import { ConfigurationError, DownstreamError, IasError } from '../errors/ias-error.js';
import type { HttpRequest } from '../net/http-exchange.js';
import { invalidRequest } from './downstream-failure.js';
import { isResponseSize } from './ias-client-options.js';
import type { IasRequest, RequestContent } from './ias-request.js';
import { contentOf, withQuery } from './ias-request.js';
import { joinUrl } from './target-url.js';

/** `libs/runtime` has its own constant, because this package would export the name only for it. */
const CORRELATION_HEADER = 'x-correlation-id';

/** Settings that all requests to a target share. */
export interface RequestDefaults {
  readonly maxResponseBytes: number;
  readonly correlationId: () => string | undefined;
}

/**
 * Turns calls into HTTP requests to one target, without a token. A failure here is the fault of the caller, not of the
 * called app, because nothing is sent yet.
 */
export class RequestPreparation {
  readonly #target: URL;
  readonly #defaults: RequestDefaults;
  /** Apps often call the same path, and parsing its URL is slow. */
  #latestPath: { readonly given: string; readonly resolved: string } | undefined;

  constructor(target: URL, defaults: RequestDefaults) {
    this.#target = target;
    this.#defaults = defaults;
  }

  /**
   * @param toStreamError makes the error of a body that the caller reads as a stream; `undefined` if it is read at once
   * @throws {DownstreamError} the request is invalid, or for another origin
   * @throws {ConfigurationError} `maxResponseBytes` of the call is invalid
   */
  async prepare(request: IasRequest, toStreamError: HttpRequest['toStreamError']): Promise<HttpRequest> {
    const method = (request.method ?? 'GET').toUpperCase();
    if (method === 'CONNECT') throw this.#invalid('it has the method CONNECT; use another one');
    const { headers, body } = await this.#contentOf(request);
    const correlationId = this.#try('"correlationId" of this client failed; correct it', () =>
      this.#defaults.correlationId(),
    );
    const isGiven = headers.some((text, index) => index % 2 === 0 && text === CORRELATION_HEADER);
    if (correlationId !== undefined && !isGiven) headers.push(CORRELATION_HEADER, correlationId);
    return {
      method,
      path: this.#try('its path or parameters cannot be encoded; pass text', () => this.#pathOf(request)),
      headers,
      body,
      maxBytes: this.#sizeOf(request),
      toStreamError,
    };
  }

  async #contentOf(request: IasRequest): Promise<RequestContent> {
    try {
      return await contentOf(request);
    } catch (cause) {
      throw this.#invalid('its body or headers cannot be encoded; look at the cause of this error', cause);
    }
  }

  #try<T>(what: string, work: () => T): T {
    try {
      return work();
    } catch (cause) {
      throw cause instanceof IasError ? cause : this.#invalid(what, cause);
    }
  }

  /** A token is for one receiver: a path with another origin must not send it there. */
  #pathOf({ path, query }: IasRequest): string {
    if (query !== undefined) return this.#resolvePath(withQuery(path, query));
    if (this.#latestPath?.given !== path) {
      this.#latestPath = { given: path, resolved: this.#resolvePath(path) };
    }
    return this.#latestPath.resolved;
  }

  #resolvePath(path: string): string {
    const text = joinUrl(this.#target.href, path);
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (url?.origin === this.#target.origin) {
      const base = this.#target.pathname.replace(/\/*$/, '/');
      const isRelative = text.startsWith(this.#target.origin + base);
      if (isRelative && !url.pathname.startsWith(base)) {
        throw this.#invalid('its path leaves the base URL; remove ".." from it, or register a client for it');
      }
      return url.pathname + url.search;
    }
    throw new DownstreamError(
      'downstream_forbidden_target',
      `Request to another origin rejected: this client sends its token to ${this.#target.origin} only; register a client for the other origin.`,
    );
  }

  #sizeOf({ maxResponseBytes: size }: IasRequest): number {
    if (size === undefined || isResponseSize(size)) return size ?? this.#defaults.maxResponseBytes;
    throw new ConfigurationError(
      'Invalid option "maxResponseBytes" of a call: it is not a whole number of bytes from 1 to 1073741824.',
    );
  }

  #invalid(what: string, cause?: unknown): DownstreamError {
    return invalidRequest(this.#target, what, cause === undefined ? {} : { cause });
  }
}
