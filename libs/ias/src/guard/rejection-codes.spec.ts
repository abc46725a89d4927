import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { REJECTIONS } from './rejection-codes.js';
import type { RejectionCode } from './rejection-codes.js';

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
