import { describe, expect, it } from 'vitest';
import { challengeOf } from './challenge.js';
import { REJECTIONS } from './rejections.js';
import type { Rejection } from './rejections.js';

const METADATA = 'https://app.example/.well-known/oauth-protected-resource';

describe('challengeOf', () => {
  it('has no error code where no credentials came', () => {
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

  it('is not made where the fault is not the caller’s', () => {
    expect(challengeOf(REJECTIONS.keys_unavailable, METADATA)).toBeUndefined();
  });

  it.each(Object.entries<Rejection>(REJECTIONS))(
    'needs no escaping for %s (RFC 6750 §3)',
    (_, { detail }) => {
      expect(detail).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/);
    },
  );
});
