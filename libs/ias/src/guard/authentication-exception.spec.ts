import { describe, expect, it } from 'vitest';
import { AuthenticationException } from './authentication-exception.js';
import { challengeOf } from './bearer-challenge.js';
import { REJECTIONS } from './rejection-codes.js';

describe('AuthenticationException', () => {
  it.each([
    ['token_too_large', 400, 'Bad Request', undefined],
    ['token_expired', 401, 'Unauthorized', undefined],
    ['api_missing', 403, 'Forbidden', undefined],
    ['keys_unavailable', 503, 'Service Unavailable', '2'],
  ] as const)('answers %s with problem details and its headers', (code, status, title, retryAfter) => {
    const { detail } = REJECTIONS[code];
    const exception = new AuthenticationException(code, 'what happened');
    expect(exception.getStatus()).toBe(status);
    expect(exception.getResponse()).toEqual({
      type: `https://github.com/nest-ias/nest-ias/tree/main/docs/reference/errors.md#${code}`,
      title,
      status,
      detail,
      code,
    });
    expect(exception).toMatchObject({
      code,
      title,
      detail,
      message: detail,
      operatorDetail: 'what happened',
    });
    const { 'www-authenticate': challenge, ...headers } = exception.headers;
    expect(headers).toEqual({
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      ...(retryAfter !== undefined && { 'retry-after': retryAfter }),
    });
    expect('www-authenticate' in exception.headers).toBe(status !== 503);
    expect(challenge?.startsWith('Bearer ') ?? true).toBe(true);
  });

  it('points to the metadata in its challenge', () => {
    const metadataUrl = 'https://app.example/.well-known/oauth-protected-resource';
    const exception = Object.assign(new AuthenticationException('token_expired'), { metadataUrl });
    expect(exception.headers['www-authenticate']).toBe(challengeOf(REJECTIONS.token_expired, metadataUrl));
  });
});
