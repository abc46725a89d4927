import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FlightOverdueError, SingleFlight, untilAborted } from './single-flight.js';

const DEADLINE = 5_000;
const never = () => new Promise<string>(() => undefined);
const rethrow = (error: unknown): string => {
  throw error;
};

describe('SingleFlight', () => {
  let flights: SingleFlight<string, string>;

  beforeEach(() => {
    vi.useFakeTimers();
    flights = new SingleFlight(DEADLINE);
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  const run = (key: string, start: (signal: AbortSignal) => Promise<string>) =>
    flights.run(key, { start, land: (text: string) => `${text}!`, fail: rethrow });

  it('lets callers share one flight for each key', async () => {
    const start = vi.fn<() => Promise<string>>(async () => 'a');
    const land = vi.fn<(text: string) => string>((text) => text);
    const all = Array.from({ length: 10 }, () => flights.run('k', { start, land, fail: rethrow }));
    expect(flights.size).toBe(1);
    expect(flights.get('k')).toBe(all[0]);
    expect(await Promise.all([...all, run('other', async () => 'b')])).toEqual([
      ...Array(10).fill('a'),
      'b!',
    ]);
    expect(start).toHaveBeenCalledTimes(1);
    expect(land).toHaveBeenCalledTimes(1);
  });

  it('removes a flight before its callers continue', async () => {
    await run('k', async () => 'a');
    expect(flights.size).toBe(0);
    expect(await run('k', async () => 'b')).toBe('b!');
    await expect(run('k', () => Promise.reject(new Error('c')))).rejects.toThrow('c');
    expect(flights.size).toBe(0);
  });

  it('handles a failure once for all callers', async () => {
    const fail = vi.fn<() => string>(() => 'fallback');
    const start = () => {
      throw new Error('at once');
    };
    const flight = { start, land: (text: string) => text, fail };
    expect(await Promise.all([flights.run('k', flight), flights.run('k', flight)])).toEqual([
      'fallback',
      'fallback',
    ]);
    expect(fail).toHaveBeenCalledTimes(1);
  });

  it('ends at its deadline even if the work does not, and the next caller starts a new flight', async () => {
    const all = Promise.allSettled([run('k', never), run('k', never)]);
    await vi.advanceTimersByTimeAsync(DEADLINE - 1);
    expect(flights.size).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    const overdue = { status: 'rejected', reason: new FlightOverdueError(DEADLINE) };
    expect(await all).toEqual([overdue, overdue]);
    expect(await run('k', async () => 'b')).toBe('b!');
  });

  it('aborts the work at the deadline, not before', async () => {
    let signal: AbortSignal | undefined;
    const flight = run('k', (given) => {
      signal = given;
      return never();
    });
    const failure = flight.catch((error: unknown) => error);
    expect(signal?.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(DEADLINE);
    expect(signal?.reason).toBe(await failure);
  });

  it('drops a result after the deadline', async () => {
    const land = vi.fn<(text: string) => string>((text) => text);
    let finish: (text: string) => void = () => undefined;
    const start = () => new Promise<string>((resolve) => (finish = resolve));
    const overdue = flights.run('k', { start, land, fail: () => 'late' });
    await vi.advanceTimersByTimeAsync(DEADLINE);
    expect(await overdue).toBe('late');
    const next = run('k', never);
    finish('old');
    await vi.advanceTimersByTimeAsync(1);
    expect(land).not.toHaveBeenCalled();
    expect(flights.get('k')).toBe(next);
    next.catch(() => undefined);
  });

  it('leaves no timer behind and keeps no process alive', async () => {
    const timers = vi.spyOn(globalThis, 'setTimeout');
    await run('k', async () => 'a');
    expect(vi.getTimerCount()).toBe(0);
    const [timer] = timers.mock.results.map(({ value }) => value as NodeJS.Timeout);
    expect(timer?.hasRef()).toBe(false);
  });
});

describe('untilAborted', () => {
  it('settles like the promise and leaves no listener on the signal', async () => {
    const { signal } = new AbortController();
    expect(await untilAborted(Promise.resolve('a'), signal)).toBe('a');
    await expect(untilAborted(Promise.reject(new Error('b')), signal)).rejects.toThrow('b');
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('rejects when the signal aborts, or has aborted before', async () => {
    const controller = new AbortController();
    const waiting = untilAborted(never(), controller.signal);
    controller.abort(new Error('given up'));
    await expect(waiting).rejects.toThrow('given up');
    await expect(untilAborted(never(), controller.signal)).rejects.toThrow('given up');
  });
});
