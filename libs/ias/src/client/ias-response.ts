import type { IncomingHttpHeaders } from 'node:http';
import { DownstreamError } from '../errors/ias-error.js';
import type { HttpResponse } from '../net/http-exchange.js';
import { downstreamStatusFailure } from './downstream-failure.js';

/** The response of another app, whatever its status, read completely. */
export class IasResponse {
  readonly status: number;
  readonly statusText: string;
  /** Names in lower case. */
  readonly headers: IncomingHttpHeaders;
  readonly #bytes: Buffer;
  readonly #target: URL;

  /** @param target base URL of the called app, for errors */
  constructor({ status, statusText, headers, body }: HttpResponse<Buffer>, target: URL) {
    this.status = status;
    this.statusText = statusText;
    this.headers = headers;
    this.#bytes = body;
    this.#target = target;
  }

  /** Whether the status is 2xx. */
  get ok(): boolean {
    return this.status >= 200 && this.status < 300;
  }

  /**
   * Returns this response if its status is 2xx.
   *
   * @throws {DownstreamError} with the status, the code of the problem details and the body
   */
  expectOk(): this {
    if (this.ok) return this;
    throw this.toError();
  }

  /** The error for a response that you do not accept, as `expectOk` throws it. */
  toError(): DownstreamError {
    return downstreamStatusFailure(this.#target, this);
  }

  /** The body, decoded from its content coding. */
  bytes(): Buffer {
    return this.#bytes;
  }

  /** The body as UTF-8, without a byte order mark. */
  text(): string {
    const text = this.#bytes.toString();
    return text.startsWith('\uFEFF') ? text.slice(1) : text;
  }

  /** @throws {DownstreamError} code `downstream_malformed`: the body is not JSON */
  json(): unknown {
    try {
      return JSON.parse(this.text()) as unknown;
    } catch {
      throw new DownstreamError(
        'downstream_malformed',
        `The call to ${this.#target.origin} failed: its response with status ${this.status} is not JSON; check the URL.`,
        { status: this.status },
      );
    }
  }
}
