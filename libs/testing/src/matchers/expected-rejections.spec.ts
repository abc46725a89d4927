import { AuthenticationException } from 'nest-ias';
import { expect, it } from 'vitest';
import { challengeErrorOf, problemCodeOf, statusOf } from './http-answer.js';
import { expectedRejection, REJECTION_CODES } from './expected-rejections.js';

it.each(REJECTION_CODES)('matches the answer of the guard: %s', (code) => {
  const rejection = new AuthenticationException(code);
  const answer = {
    status: rejection.getStatus(),
    headers: rejection.headers,
    body: rejection.getResponse(),
  };
  expect(problemCodeOf(answer)).toBe(code);
  expect({ status: statusOf(answer), challenge: challengeErrorOf(answer) }).toEqual({
    challenge: undefined,
    ...expectedRejection(code),
  });
});
