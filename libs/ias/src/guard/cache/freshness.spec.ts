import { beforeEach, describe, expect, it } from 'vitest';
import { Clocks } from '../../core/clocks.js';
import { Freshness } from './freshness.js';

const MINUTE = 60_000;
const LIMITS = { reliedFor: 10 * MINUTE, renewedAfter: 5 * MINUTE };

describe('Freshness', () => {
  const now = { wall: 0, monotonic: 0 };
  const clocks = new Clocks(
    () => now.wall,
    () => now.monotonic,
  );
  let freshness: Freshness;

  beforeEach(() => {
    Object.assign(now, { wall: 0, monotonic: 0 });
    freshness = new Freshness(clocks, clocks.startAge(), LIMITS);
  });
  const pass = (milliseconds: number) => {
    now.wall += milliseconds;
    now.monotonic += milliseconds;
  };

  it('is over at its limit, and due before', () => {
    expect(freshness).toMatchObject({ isOver: false, isDue: false, left: 10 * MINUTE });
    pass(5 * MINUTE);
    expect(freshness).toMatchObject({ isOver: false, isDue: true, left: 5 * MINUTE });
    pass(5 * MINUTE);
    expect(freshness.isOver).toBe(true);
  });

  it('is never due without a time to renew', () => {
    const once = new Freshness(clocks, clocks.startAge(), { reliedFor: MINUTE });
    pass(60 * MINUTE);
    expect(once.isDue).toBe(false);
  });

  it('starts again from the fetch that confirmed it', () => {
    pass(9 * MINUTE);
    freshness.survive(60 * MINUTE);
    const age = clocks.startAge();
    pass(MINUTE);
    freshness.renew(age, LIMITS);
    expect(freshness).toMatchObject({ isDue: false, left: 9 * MINUTE });
    pass(9 * MINUTE);
    expect(freshness.isOver).toBe(true);
  });

  it('forgets an outage when a fetch confirms it', () => {
    pass(10 * MINUTE);
    freshness.survive(60 * MINUTE);
    freshness.renew(clocks.startAge(), { reliedFor: 1_000 });
    pass(1_000);
    expect(freshness.isOver).toBe(true);
  });

  it('waits between attempts to renew', () => {
    pass(5 * MINUTE);
    freshness.noteAttempt();
    expect(freshness.isDue).toBe(false);
    pass(15_000);
    expect(freshness.isDue).toBe(true);
  });

  it('survives an outage for half a minute at a time, with attempts in between, up to the tolerance', () => {
    pass(10 * MINUTE);
    expect(freshness.survive(11 * MINUTE)).toBe(true);
    expect(freshness).toMatchObject({ isOver: false, isDue: false, left: 30_000 });
    pass(15_000);
    expect(freshness.isDue).toBe(true);
    pass(15_000);
    expect(freshness.isOver).toBe(true);
    pass(20_000);
    expect(freshness.survive(11 * MINUTE)).toBe(true);
    expect(freshness.left).toBe(10_000);
    pass(10_000);
    expect(freshness.survive(11 * MINUTE)).toBe(false);
  });

  it('is not shortened by an outage that starts while it is fresh', () => {
    pass(5 * MINUTE);
    expect(freshness.survive(60 * MINUTE)).toBe(true);
    expect(freshness.left).toBe(5 * MINUTE);
  });

  it('is not extended by an outage during which the wall clock was wrong', () => {
    now.wall += 40 * MINUTE;
    expect(freshness.survive(60 * MINUTE)).toBe(true);
    now.wall -= 40 * MINUTE;
    now.monotonic += 10 * MINUTE;
    expect(freshness.isOver).toBe(true);
  });

  it('ends at once', () => {
    freshness.survive(60 * MINUTE);
    freshness.end();
    expect(freshness.isOver).toBe(true);
  });
});
