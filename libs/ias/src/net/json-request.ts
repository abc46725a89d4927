import type { ClientRequest, IncomingMessage } from 'node:http';
import { get } from 'node:https';
import type { Agent, RequestOptions } from 'node:https';
import { FlightOverdueError } from '../core/single-flight.js';
import { BodyCollector } from './body-collector.js';
import { classifyTransportFailure, switchedProtocol } from './transport-failure.js';

export interface JsonRequest {
  readonly agent: Agent;
  readonly headers: Readonly<Record<string, string>>;
  /** Aborts connection, response and body. */
  readonly signal: AbortSignal;
}

export interface JsonAnswer {
  readonly status: number;
  /** The parsed body of a 200, else `undefined`. */
  readonly body: unknown;
}

/** The tenant sent no usable response. `message` is safe to log. */
export class TenantUnavailableError extends Error {
  override readonly name = 'TenantUnavailableError';
}

/**
 * Converts the failure of a request, its deadline included.
 *
 * @throws any other error
 */
export function asTenantUnavailable(error: unknown): TenantUnavailableError {
  if (error instanceof TenantUnavailableError) return error;
  if (error instanceof FlightOverdueError)
    return new TenantUnavailableError(`The tenant sent ${error.message}.`);
  throw error;
}

/** More than a thousand keys, or two hundred with certificate chains. */
const MAX_BODY_BYTES = 1_024 * 1_024;

/**
 * Fetches JSON over TLS, with a limit for time and size. It follows no redirects.
 *
 * @throws {TenantUnavailableError} no response, a response that is too large, or a 200 without JSON
 */
export async function getJson(url: URL, { agent, headers, signal }: JsonRequest): Promise<JsonAnswer> {
  try {
    const response = await open(url, { agent, signal, headers: { accept: 'application/json', ...headers } });
    const status = response.statusCode ?? 0;
    // Read each response to the end: otherwise it would keep its connection.
    const text = await readText(response);
    return { status, body: status === 200 ? JSON.parse(text) : undefined };
  } catch (error) {
    throw signal.aborted ? overdue(url) : unavailable(url, error);
  }
}

async function open(url: URL, options: RequestOptions): Promise<IncomingMessage> {
  const request = get(url, options);
  try {
    return await answerTo(request);
  } catch (error) {
    // A tenant may close an idle connection just when it is used again; that does not mean that the tenant is down.
    if (!request.reusedSocket || options.signal?.aborted) throw error;
    return answerTo(get(url, options));
  }
}

function answerTo(request: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.once('response', resolve).once('error', reject);
    // After `101 Switching Protocols`, Node.js closes the request without either event.
    request.once('close', () => reject(switchedProtocol()));
  });
}

async function readText(response: IncomingMessage): Promise<string> {
  const body = new BodyCollector();
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) throw new TenantUnavailableError('too large');
    body.add(chunk);
  }
  return body.toBuffer().toString('utf8');
}

function overdue({ origin, pathname }: URL): TenantUnavailableError {
  return new TenantUnavailableError(`${origin}${pathname} sent no complete response in time.`);
}

/** The error of Node.js contains the request, so only its code is used. */
function unavailable({ origin, pathname }: URL, error: unknown): TenantUnavailableError {
  const place = `${origin}${pathname}`;
  if (error instanceof TenantUnavailableError) {
    return new TenantUnavailableError(`The response of ${place} is larger than ${MAX_BODY_BYTES} bytes.`);
  }
  if (error instanceof SyntaxError)
    return new TenantUnavailableError(`The response of ${place} is not JSON.`);
  const { reason, detail } = classifyTransportFailure(error);
  return new TenantUnavailableError(`${place} did not respond: ${reason} (${detail}).`);
}
