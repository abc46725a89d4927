import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { AuthenticationException, REJECTIONS } from './rejections.js';
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

  it('is absent if the fault is not the caller’s', () => {
    expect(challengeOf('keys_unavailable', METADATA)).toBeUndefined();
  });
});
