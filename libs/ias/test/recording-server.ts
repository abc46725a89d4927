import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { DownstreamError } from '../src/index.js';

/** The challenge of an app that rejects a token. */
export const invalidToken = { 'www-authenticate': 'Bearer error="invalid_token"' };

/** Answers every request with the same response. */
export const answer =
  (status: number, headers = {}, body: string | Buffer = '{}'): RequestListener =>
  (_, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
  };

/** Answers once the body of the request has arrived. */
export const withBody =
  (listener: (body: string, ...exchange: Parameters<RequestListener>) => void): RequestListener =>
  (request, response) =>
    void (request.toArray() as Promise<Buffer[]>).then((chunks) =>
      listener(Buffer.concat(chunks).toString(), request, response),
    );

/** Apps to call, and the requests that they received. */
export class RecordingServers {
  readonly received: IncomingMessage[] = [];
  readonly #servers: Server[] = [];

  /** @returns the URL of a new app */
  async listen(listener: RequestListener): Promise<string> {
    const server = createServer((request, response) => {
      this.received.push(request);
      listener(request, response);
    }).listen(0, '127.0.0.1');
    this.#servers.push(server);
    await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /** Ends all apps and forgets their requests. */
  reset(): void {
    this.received.length = 0;
    for (const server of this.#servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
  }
}

/** The error of a call that must fail with one. */
export async function failureOf(call: Promise<unknown>): Promise<DownstreamError> {
  const error: unknown = await call.catch((reason: unknown) => reason);
  if (error instanceof DownstreamError) return error;
  throw new Error(`no DownstreamError: ${inspect(error)}`);
}
