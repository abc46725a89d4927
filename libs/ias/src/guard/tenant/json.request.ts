import { once } from 'node:events';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { get } from 'node:https';
import type { Agent, RequestOptions } from 'node:https';
import { classifyTransportFailure } from '../../ias.transport-failure.js';

/** No answer that can be used came from the tenant; `message` is safe to log. */
export class TenantUnavailableError extends Error {
  override readonly name = 'TenantUnavailableError';
}

export interface JsonRequest {
  readonly agent: Agent;
  readonly headers: Readonly<Record<string, string>>;
  /** Milliseconds for everything: connect, answer, body. */
  readonly deadline: number;
}

export interface JsonAnswer {
  readonly status: number;
  /** The parsed body of a 200, else `undefined`. */
  readonly body: unknown;
}

const MAX_BODY_BYTES = 256 * 1_024;

/**
 * Fetches JSON over TLS, bounded in time and size; redirects are not followed.
 *
 * @throws {TenantUnavailableError} no answer, too large, or a 200 that is not JSON
 */
export async function getJson(url: URL, { agent, headers, deadline }: JsonRequest): Promise<JsonAnswer> {
  const signal = AbortSignal.timeout(deadline);
  try {
    const response = await open(url, { agent, signal, headers: { accept: 'application/json', ...headers } });
    const status = response.statusCode ?? 0;
    if (status === 200) return { status, body: JSON.parse(await readText(response)) };
    response.resume();
    return { status, body: undefined };
  } catch (error) {
    throw signal.aborted ? overdue(url, deadline) : unavailable(url, error);
  }
}

async function open(url: URL, options: RequestOptions): Promise<IncomingMessage> {
  const request = get(url, options);
  try {
    return await answerTo(request);
  } catch (error) {
    // The tenant may close an idle connection at the moment it is used again: that says nothing about the tenant.
    if (!request.reusedSocket || options.signal?.aborted) throw error;
    return answerTo(get(url, options));
  }
}

async function answerTo(request: ClientRequest): Promise<IncomingMessage> {
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return response;
}

async function readText(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) throw new TenantUnavailableError('too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function overdue({ origin, pathname }: URL, deadline: number): TenantUnavailableError {
  return new TenantUnavailableError(`${origin}${pathname} gave no complete answer within ${deadline} ms.`);
}

/** The error of Node.js is not passed on: it would carry the request. */
function unavailable({ origin, pathname }: URL, error: unknown): TenantUnavailableError {
  const place = `${origin}${pathname}`;
  if (error instanceof TenantUnavailableError) {
    return new TenantUnavailableError(`The answer of ${place} is larger than ${MAX_BODY_BYTES} bytes.`);
  }
  if (error instanceof SyntaxError) return new TenantUnavailableError(`The answer of ${place} is not JSON.`);
  const { reason, detail } = classifyTransportFailure(error);
  return new TenantUnavailableError(`${place} gave no answer: ${reason} (${detail}).`);
}
