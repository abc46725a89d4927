import { type Answer, json } from '../http/answer.js';
import type { Fault } from './fault.js';

/** Applies a fault to an answer; delivery faults do not change the answer. */
export function faultyAnswer(answer: Answer, fault: Fault | undefined): Answer {
  switch (fault?.kind) {
    case 'throttle':
      return tooManyRequests(retryAfterHeader(fault.retryAfter));
    case 'status':
      return plain(fault.status, `<html><body>${fault.status}</body></html>`);
    case 'malformed':
      return { ...json(200, undefined), body: fault.body ?? '{"access_token":"brok' };
    case 'oversized':
      return json(200, { padding: 'x'.repeat(fault.bytes) });
    case 'redirect':
      return plain(307, '', { location: new URL(fault.location).href });
    case 'latency':
    case 'drip':
    case 'reset':
    case 'break':
    case 'clock-skew':
    case 'expired-certificate':
    case undefined:
      return answer;
  }
}

/** 429. IAS documents no `Retry-After` header. */
export function tooManyRequests(headers: Readonly<Record<string, string>> = {}): Answer {
  return plain(429, 'Too Many Requests', headers);
}

function retryAfterHeader(retryAfter: number | string | undefined): Record<string, string> {
  return retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
}

function plain(status: number, body: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers: { 'content-type': 'text/html;charset=utf-8', ...headers }, body };
}
