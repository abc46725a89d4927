import { describe, expect, it } from 'vitest';
import { relativeTime } from './time-spans.js';

const NOW = Date.parse('2026-01-01T12:00:00Z');

describe('relativeTime', () => {
  it.each([
    [0, 'now'],
    [999, 'now'],
    [-999, 'now'],
    [1_000, 'in 1 second'],
    [-1_999, '1 second ago'],
    [59_999, 'in 59 seconds'],
    [60_000, 'in 1 minute'],
    [-3_599_999, '59 minutes ago'],
    [2 * 3_600_000, 'in 2 hours'],
    [-2 * 86_400_000 - 1, '2 days ago'],
  ])('says how far away %i ms are', (distance, text) => {
    expect(relativeTime(NOW + distance, NOW)).toBe(text);
  });
});
