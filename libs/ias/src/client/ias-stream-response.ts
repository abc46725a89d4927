import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import type { DownstreamError } from '../errors/ias-error.js';
import type { HttpResponse } from '../net/http-exchange.js';
import { MAX_BODY_LENGTH } from './downstream-failure.js';
import { IasResponse } from './ias-response.js';

/** The response of another app, whatever its status, with its body as a stream. */
export class IasStreamResponse {
  readonly status: number;
  readonly statusText: string;
  /** Names in lower case. */
  readonly headers: IncomingHttpHeaders;
  /** Decoded from its content coding. Read it or destroy it. Its errors are `DownstreamError`s. */
  readonly body: Readable;
  readonly #target: URL;

  /** @param target base URL of the called app, for errors */
  constructor({ status, statusText, headers, body }: HttpResponse<Readable>, target: URL) {
    this.status = status;
    this.statusText = statusText;
    this.headers = headers;
    this.body = body;
    this.#target = target;
  }

  /** Whether the status is 2xx. */
  get ok(): boolean {
    return this.status >= 200 && this.status < 300;
  }

  /**
   * Returns this response if its status is 2xx. Otherwise it reads the beginning of the body.
   *
   * @throws {DownstreamError} with the status, the code of the problem details and the beginning of the body
   */
  async expectOk(): Promise<this> {
    if (this.ok) return this;
    throw await this.toError();
  }

  /** The error for a response that you do not accept. It reads the beginning of the body. */
  async toError(): Promise<DownstreamError> {
    const { status, statusText, headers } = this;
    const body = await readBeginning(this.body);
    return new IasResponse({ status, statusText, headers, body }, this.#target).toError();
  }
}

async function readBeginning(body: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      size += chunk.length;
      if (size >= MAX_BODY_LENGTH) break;
    }
  } catch {
    // the status is sufficient
  }
  return Buffer.concat(chunks);
}
