import { describe, expect, it } from 'vitest';
import { SYSTEM_CLOCK, SYSTEM_MONOTONIC_CLOCK, Clocks } from './clocks.js';
import type { Clock } from './clocks.js';

describe('Age', () => {
  it.each([
    ['both clocks agree', 1_000, 1_000, 1_000],
    ['the wall clock is set back', -3_000_000, 1_000, 1_000],
    ['the wall clock is set forward', 3_000_000, 1_000, 3_000_000],
    ['the machine sleeps', 3_000_000, 0, 3_000_000],
    ['the wall clock is set back at once', -3_000_000, 0, 0],
  ])('is the larger of both where %s', (_, wall, monotonic, elapsed) => {
    const now = { wall: 1_700_000_000_000, monotonic: 7 };
    const clocks = new Clocks(
      () => now.wall,
      () => now.monotonic,
    );
    const age = clocks.startAge();
    now.wall += wall;
    now.monotonic += monotonic;
    expect(age.elapsed).toBe(elapsed);
  });
});

describe('the clocks of the system', () => {
  const monotonicFor = (wall: Clock) => SYSTEM_MONOTONIC_CLOCK.useFactory(wall) as Clock;

  it('are two', () => {
    const wall = SYSTEM_CLOCK.useFactory() as Clock;
    const monotonic = monotonicFor(wall);
    expect(Math.abs(wall() - Date.now())).toBeLessThan(60_000);
    expect(Math.abs(monotonic() - performance.now())).toBeLessThan(60_000);
  });

  it('are one clock if a test provides only a wall clock', () => {
    const own = () => 5;
    expect(monotonicFor(own)).toBe(own);
  });
});
