import { loggedRequests } from '../admin/request-log-view.js';
import type { LoggedRequest } from '../tenant/request-log.js';

/** A client that retries must not flood the terminal. */
const SILENCE_MILLISECONDS = 10_000;
const MAXIMUM_SENTENCES = 200;

/** Prints why tenants refused requests, without secrets. The same sentence appears at most once in ten seconds. */
export class RefusalReport {
  readonly #print: (line: string) => void;
  /** When each sentence was printed, in milliseconds since the epoch. */
  readonly #printed = new Map<string, number>();

  constructor(print: (line: string) => void) {
    this.#print = print;
  }

  /** Prints a request if it was refused. */
  add(request: LoggedRequest): void {
    const [{ method, path, status, reason } = { reason: undefined }] = loggedRequests([request]);
    if (reason === undefined) return;
    const sentence = visible(`${status} ${method} ${path}: ${reason}`);
    const last = this.#printed.get(sentence);
    if (last !== undefined && Math.abs(request.time - last) < SILENCE_MILLISECONDS) return;
    if (this.#printed.size >= MAXIMUM_SENTENCES) this.#printed.clear();
    this.#printed.set(sentence, request.time);
    this.#print(sentence);
  }
}

/** Characters of a request that move the cursor, change colours or reorder the line must not reach the terminal. */
function visible(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, '?');
}
