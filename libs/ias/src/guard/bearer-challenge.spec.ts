import { describe, expect, it } from 'vitest';
import { challengeOf } from './bearer-challenge.js';
import { REJECTIONS } from './rejection-codes.js';

const METADATA = 'https://app.example/.well-known/oauth-protected-resource';

describe('challengeOf', () => {
  it('has no error code if the request has no credentials', () => {
    expect(challengeOf(REJECTIONS.credentials_missing)).toBe('Bearer');
    expect(challengeOf(REJECTIONS.credentials_missing, METADATA)).toBe(
      `Bearer resource_metadata="${METADATA}"`,
    );
  });

  it('names the error and points to the metadata', () => {
    expect(challengeOf(REJECTIONS.token_expired, METADATA)).toBe(
      `Bearer error="invalid_token", error_description="The access token has expired.", resource_metadata="${METADATA}"`,
    );
  });

  it('names the error of a malformed request and of a missing permission', () => {
    expect(challengeOf(REJECTIONS.token_too_large)).toBe(
      'Bearer error="invalid_request", error_description="The access token is too large."',
    );
    expect(challengeOf(REJECTIONS.api_missing)).toContain('error="insufficient_scope"');
  });

  it('is absent if the fault is not the caller’s', () => {
    expect(challengeOf(REJECTIONS.keys_unavailable, METADATA)).toBeUndefined();
  });
});
