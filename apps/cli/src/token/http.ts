import { request as requestHttp } from 'node:http';
import type { Agent as HttpAgent, IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { Agent, RequestOptions } from 'node:https';
import { createLoopbackAgent } from 'nest-ias/internal';

/** A response, as received. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** Time when the response began, ms since the epoch by the local clock. */
  readonly receivedAt: number;
}

interface Exchange {
  readonly agent: Agent | undefined;
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly now: () => number;
}

/** For connection, response and body together. */
const DEADLINE_MS = 10_000;
const MAX_BODY_BYTES = 1_024 * 1_024;

/**
 * Sends one request and reads the whole response, with a limit for time and size. It follows no redirects, uses no proxy
 * and always verifies the server.
 *
 * @throws the error of Node.js, or one with the code `ETIMEDOUT`, `ERR_UPGRADE` or `ERR_TOO_LARGE`. Show only its code: it can
 * contain the request.
 */
export async function exchange(
  url: URL,
  { agent, method = 'GET', headers = {}, body, now }: Exchange,
): Promise<Answer> {
  const signal = AbortSignal.timeout(DEADLINE_MS);
  const connection = agentFor(url, agent);
  try {
    const options: RequestOptions = { agent: connection, method, headers, signal, rejectUnauthorized: true };
    const response = await answerTo(url, options, body);
    const receivedAt = now();
    return {
      status: response.statusCode ?? 0,
      headers: response.headers,
      text: await readText(response),
      receivedAt,
    };
  } catch (error) {
    throw signal.aborted ? new ExchangeError('ETIMEDOUT') : error;
  } finally {
    if (connection !== agent) connection?.destroy();
  }
}

function agentFor({ protocol }: URL, agent: Agent | undefined): Agent | HttpAgent | undefined {
  return protocol === 'http:' ? createLoopbackAgent() : agent;
}

function answerTo(url: URL, options: RequestOptions, body: string | undefined): Promise<IncomingMessage> {
  const send = url.protocol === 'http:' ? requestHttp : requestHttps;
  return new Promise((resolve, reject) => {
    const request = send(url, options);
    request.once('response', resolve).once('error', reject);
    // After `101 Switching Protocols`, Node.js closes the request without either event.
    request.once('close', () => reject(new ExchangeError('ERR_UPGRADE')));
    request.end(body);
  });
}

async function readText(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) throw new ExchangeError('ERR_TOO_LARGE');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

class ExchangeError extends Error {
  constructor(readonly code: string) {
    super(code);
  }
}

/** The code of an error of Node.js, the only part that may be shown. */
export function errorCode(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^[A-Z0-9_]{1,80}$/.test(code) ? code : 'UNKNOWN';
}

/** The body as a JSON object, `undefined` for anything else. */
export function jsonObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    return undefined;
  }
}

export function isHtml({ headers, text }: Answer): boolean {
  return /\bhtml\b/i.test(headers['content-type'] ?? '') || /^\s*<(!doctype|html)/i.test(text);
}
