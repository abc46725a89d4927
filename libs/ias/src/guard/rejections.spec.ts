import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { AuthenticationException } from './authentication-exception.js';
import { REJECTIONS } from './rejections.js';
import type { RejectionCode } from './rejections.js';

const METADATA = 'https://app.example/.well-known/oauth-protected-resource';
const CODES = Object.keys(REJECTIONS) as RejectionCode[];

describe('REJECTIONS', () => {
  it('are listed in the reference with their status, and no others are', () => {
    const reference = readFileSync(new URL('../../../../docs/reference/guard.md', import.meta.url), 'utf8');
    const listed = Array.from(reference.matchAll(/^\| `([a-z_]+)`\s*\| (\d{3})/gm), ([, code, status]) => [
      code,
      status,
    ]);
    const known = Object.entries(REJECTIONS).map(([code, { status }]) => [code, String(status)]);
    expect(listed).toEqual(known);
  });

  it.each(CODES)('%s has a detail that a challenge can quote (RFC 6750 §3)', (code) => {
    expect(REJECTIONS[code].detail).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/);
  });
});

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
});

describe('the challenge of an AuthenticationException', () => {
  const challengeOf = (code: RejectionCode, metadataUrl?: string) =>
    Object.assign(new AuthenticationException(code), { metadataUrl }).headers['www-authenticate'];

  it('has no error code if the request has no credentials', () => {
    expect(challengeOf('credentials_missing')).toBe('Bearer');
    expect(challengeOf('credentials_missing', METADATA)).toBe(`Bearer resource_metadata="${METADATA}"`);
  });

  it('names the error and points to the metadata', () => {
    expect(challengeOf('token_expired', METADATA)).toBe(
      `Bearer error="invalid_token", error_description="The access token has expired.", resource_metadata="${METADATA}"`,
    );
  });

  it('names the error of a malformed request and of a missing permission', () => {
    expect(challengeOf('token_too_large')).toBe(
      'Bearer error="invalid_request", error_description="The access token is too large."',
    );
    expect(challengeOf('api_missing')).toContain('error="insufficient_scope"');
  });

  it('is absent if the fault is not the caller’s', () => {
    expect(challengeOf('keys_unavailable', METADATA)).toBeUndefined();
  });
});
