import type { RejectionCode } from 'nest-ias';
import { type Certificate, thumbprintOf } from '../parsed-certificate.js';
import { confirmedThumbprint } from './confirmation.js';
import { challengeErrorOf, type HttpAnswer, problemCodeOf, statusOf } from './http-answer.js';
import { expectedRejection } from './expected-rejections.js';

/** The result of a matcher for vitest or Jest. */
export interface MatcherResult {
  readonly pass: boolean;
  readonly message: () => string;
}

/** Matchers for `expect.extend`; `@nest-ias/testing/vitest` registers them for you. */
export const iasMatchers = {
  /** Expects the guard's rejection with this code: problem code, status and challenge. */
  toBeRejectedWith(answer: HttpAnswer, code: RejectionCode): MatcherResult {
    const { status, challenge } = expectedRejection(code);
    const expected = describeAnswer(code, status, challenge);
    const actual = describeAnswer(problemCodeOf(answer), statusOf(answer), challengeErrorOf(answer));
    return {
      pass: actual === expected,
      message: () =>
        actual === expected
          ? `expected an answer other than ${expected}`
          : `expected a rejection with ${expected}, got ${actual}`,
    };
  },

  /** Expects an access token, or its claims, to be bound to the certificate (RFC 8705 §3.1). */
  toBeBoundTo(token: string | object, certificate: Certificate): MatcherResult {
    const expected = thumbprintOf(certificate);
    const actual = confirmedThumbprint(token);
    return {
      pass: actual === expected,
      message: () =>
        actual === expected
          ? `expected a token that is not bound to the certificate with thumbprint ${expected}`
          : `expected a token bound to the certificate with thumbprint ${expected}, got ${
              actual === undefined ? 'an unbound token' : `a token bound to ${actual}`
            }`,
    };
  },
};

function describeAnswer(code: unknown, status: number | undefined, challenge: string | undefined): string {
  const error = challenge === undefined ? 'no error code in the challenge' : `the challenge ${challenge}`;
  return `code ${typeof code === 'string' ? code : 'none'}, status ${status}, ${error}`;
}
