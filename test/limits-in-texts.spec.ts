import { describe, expect, it } from 'vitest';
import { REJECTION_CAUSES } from '../apps/cli/src/explain/rejection-causes.js';
import { adviseOn } from '../apps/frontend/src/homepage/failure-advice.js';
import { resolveSettings } from '../libs/ias/src/core/settings.js';
import { TOKEN_REQUEST_ERRORS } from '../libs/ias/src/errors/error-codes.js';
import { DEADLINE_MS } from '../libs/ias/src/guard/cache/stale-while-unavailable.js';
import { CIRCUIT_PAUSE_MS, CIRCUIT_THRESHOLD } from '../libs/ias/src/token/circuit-breaker.js';
import { COOL_DOWN_MS } from '../libs/ias/src/token/token-request-policy.js';
import { MAX_RESPONSE_BYTES } from '../libs/ias/src/token/token-response.js';
import * as headers from '../libs/runtime/src/header-limits.js';
import { PROBLEM_CODES } from '../libs/runtime/src/problem-codes.js';

const WORDS = new Map([
  [5, 'five'],
  [10, 'ten'],
]);
const inWords = (number: number) => WORDS.get(number) ?? String(number);
const seconds = (milliseconds: number) => `${inWords(milliseconds / 1_000)} seconds`;

const meaningOf = (code: keyof typeof TOKEN_REQUEST_ERRORS) => TOKEN_REQUEST_ERRORS[code].meaning;
const kib = (bytes: number) => `${bytes / 1_024} KiB`;

// The tables cannot import the constants: `errors` imports nothing, and the command `ias` starts without the guard.
describe('the texts of codes name the limits of the code', () => {
  it('token_endpoint_circuit_open', () => {
    expect(meaningOf('token_endpoint_circuit_open')).toContain(
      `failed ${inWords(CIRCUIT_THRESHOLD)} times in a row; the next request is sent after ${seconds(CIRCUIT_PAUSE_MS)}`,
    );
  });

  it('token_endpoint_circuit_open, on the page', () => {
    const { steps } = adviseOn('token_endpoint_circuit_open', {
      credentialType: 'X509_GENERATED',
      isCertificateExpired: false,
      isLandscape: false,
    });
    expect(steps).toContain(`Wait ${seconds(CIRCUIT_PAUSE_MS)} and try again.`);
  });

  it('client_cooling_down', () => {
    expect(meaningOf('client_cooling_down')).toContain(`sent after ${COOL_DOWN_MS / 60_000} minutes`);
  });

  it('token_endpoint_timeout', () => {
    const { tokenRequestTimeout } = resolveSettings({}, {});
    expect(meaningOf('token_endpoint_timeout')).toContain(`(${tokenRequestTimeout / 1_000} s, `);
  });

  it('token_response_too_large', () => {
    expect(meaningOf('token_response_too_large')).toContain(`larger than ${kib(MAX_RESPONSE_BYTES)}.`);
  });

  it('issuer_unresolved', () => {
    expect(REJECTION_CAUSES.issuer_unresolved.cause).toContain(`took more than ${seconds(DEADLINE_MS)}`);
  });

  it('request_header_too_large', () => {
    const { MAX_BYTES, MAX_BYTES_IF_BUSY, BUSY_CONNECTIONS, MAX_COUNT } = headers;
    const text = PROBLEM_CODES.request_header_too_large.meaning;
    expect(text).toContain(
      `more than ${kib(MAX_BYTES)} of headers (${kib(MAX_BYTES_IF_BUSY)} while ${BUSY_CONNECTIONS} or more connections are open)`,
    );
    expect(text).toContain(`more than ${MAX_COUNT} headers`);
  });
});
