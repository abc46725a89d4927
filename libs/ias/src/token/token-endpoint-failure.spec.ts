import { describe, expect, it } from 'vitest';
import { parseRetryAfter } from './token-endpoint-failure.js';

const now = Date.parse('2026-11-22T12:00:00Z');

describe('parseRetryAfter', () => {
  it.each([
    ['0', 0],
    ['30', 30_000],
    [' 5 ', 5_000],
    ['999999999', 86_400_000],
    ['Sun, 22 Nov 2026 12:00:20 GMT', 20_000],
    ['Sun, 22 Nov 2026 11:00:00 GMT', 0],
    ['soon', undefined],
    ['-1', undefined],
    ['1.5x', undefined],
    ['', undefined],
    [undefined, undefined],
    [['5'], undefined],
  ])('reads %j as %j ms', (value, milliseconds) => {
    expect(parseRetryAfter(value, now)).toBe(milliseconds);
  });
});
