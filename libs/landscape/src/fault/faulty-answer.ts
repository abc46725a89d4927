import { type Answer, html, json, tooManyRequests } from '../http/answer.js';
import type { Fault } from './fault.js';

/** Applies a fault to an answer; delivery faults do not change the answer. */
export function faultyAnswer(answer: Answer, fault: Fault | undefined): Answer {
  switch (fault?.kind) {
    case 'throttle':
      return tooManyRequests(retryAfterHeader(fault.retryAfter));
    case 'status':
      return html(fault.status, `<html><body>${fault.status}</body></html>`);
    case 'malformed':
      return { ...json(200, undefined), body: fault.body ?? '{"access_token":"brok' };
    case 'oversized':
      return json(200, { padding: 'x'.repeat(fault.bytes) });
    case 'redirect':
      return html(307, '', { location: new URL(fault.location).href });
    case 'latency':
    case 'drip':
    case 'reset':
    case 'break':
    case 'clock-skew':
    case 'down':
    case 'expired-certificate':
    case undefined:
      return answer;
  }
}

function retryAfterHeader(retryAfter: number | string | undefined): Record<string, string> {
  return retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
}
