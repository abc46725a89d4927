import { type Answer, html } from '../http/answer.js';

/** 429. IAS documents no `Retry-After` header. */
export function tooManyRequests(headers: Readonly<Record<string, string>> = {}): Answer {
  return html(429, 'Too Many Requests', headers);
}
