import type { RejectionCode } from 'nest-ias';
import { type Certificate, thumbprintOf } from '../certificate-thumbprint.js';
import { confirmedThumbprint } from './confirmation.js';
import { challengeErrorOf, type HttpAnswer, problemCodeOf, statusOf } from './http-answer.js';
import { expectedRejection } from './rejection.js';

/** What a matcher of vitest or Jest answers with. */
export interface MatcherResult {
  readonly pass: boolean;
  readonly message: () => string;
}

/** Matchers for `expect.extend`; `@nest-ias/testing/vitest` has done that already. */
export const iasMatchers = {
  /** The guard has rejected the request: code, status and challenge are those of the reason. */
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

  /** An access token, or its claims, are bound to the certificate (RFC 8705 §3.1). */
  toBeBoundTo(token: string | object, certificate: Certificate): MatcherResult {
    const expected = thumbprintOf(certificate);
    const actual = confirmedThumbprint(token);
    return {
      pass: actual === expected,
      message: () =>
        actual === expected
          ? `expected a token that is not bound to the certificate with thumbprint ${expected}`
          : `expected a token bound to the certificate with thumbprint ${expected}, got ${
              actual === undefined ? 'one that is bound to none' : `one bound to ${actual}`
            }`,
    };
  },
};

function describeAnswer(code: unknown, status: number | undefined, challenge: string | undefined): string {
  const error = challenge === undefined ? 'no error code in the challenge' : `the challenge ${challenge}`;
  return `code ${typeof code === 'string' ? code : 'none'}, status ${status}, ${error}`;
}
