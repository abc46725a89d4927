import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { breakAnswer } from './broken-answer.js';
import type { Fault } from './fault.js';
import type { Answer } from '../http/answer.js';
import { resetConnection } from '../http/connection-reset.js';

/** Sends an answer; a delivery fault delays it, sends it byte by byte or resets the connection. */
export async function deliverAnswer(
  response: ServerResponse,
  answer: Answer,
  fault: Fault | undefined,
): Promise<void> {
  if (fault?.kind === 'reset') {
    if (response.socket !== null) resetConnection(response.socket);
    return;
  }
  if (fault?.kind === 'break') {
    breakAnswer(response, answer, fault.how);
    return;
  }
  if (fault?.kind === 'latency') await waitUnlessClosed(response, fault.milliseconds);
  response.writeHead(answer.status, {
    ...answer.headers,
    'content-length': Buffer.byteLength(answer.body),
  });
  if (fault?.kind === 'drip') await drip(response, Buffer.from(answer.body), fault.milliseconds);
  // Node sends a string body and the header in one TLS record; a buffer would need two.
  else response.end(answer.body);
}

async function drip(response: ServerResponse, body: Buffer, milliseconds: number): Promise<void> {
  for (const byte of body) {
    await waitUnlessClosed(response, milliseconds);
    if (response.destroyed) return;
    response.write(Uint8Array.of(byte));
  }
  response.end();
}

async function waitUnlessClosed(response: ServerResponse, milliseconds: number): Promise<void> {
  const closed = new AbortController();
  const abort = () => closed.abort();
  response.once('close', abort);
  try {
    await delay(milliseconds, undefined, { signal: closed.signal });
  } catch {
    // The client disconnected; later writes have no effect.
  } finally {
    response.off('close', abort);
  }
}
