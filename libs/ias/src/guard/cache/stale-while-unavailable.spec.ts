import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Clocks } from '../../core/clocks.js';
import { StaleWhileUnavailableCache } from './stale-while-unavailable.js';

class DownError extends Error {}

const never = () => new Promise<string>(() => undefined);

describe('StaleWhileUnavailableCache', () => {
  let now: number;
  let cache: StaleWhileUnavailableCache<string>;
  const source = vi.fn<(signal: AbortSignal) => Promise<string>>();
  const succeeded = vi.fn<() => void>();

  beforeEach(() => {
    now = 0;
    source.mockReset().mockResolvedValue('yes');
    succeeded.mockReset();
    const clock = () => now;
    cache = new StaleWhileUnavailableCache<string>({
      clocks: new Clocks(clock, clock),
      max: 2,
      maxTransient: 1,
      outageTolerance: 100_000,
      limitsOf: (value, key) => ({
        reliedFor: value === 'no' ? 100 : 1_000,
        renewedAfter: key === 'k' ? 500 : 900,
      }),
      survives: (value) => value !== 'no',
      succeeded,
      failed: (error) => {
        if (error instanceof TypeError) throw error;
        return new DownError();
      },
    });
  });

  const refresh = (key = 'k') => cache.refresh(key, source);

  it('shares one fetch among concurrent callers', async () => {
    const all = Promise.all([refresh(), refresh(), refresh('other')]);
    expect([cache.fetches, cache.isFetching('k'), cache.isFetching('x')]).toEqual([2, true, false]);
    const [first, second] = await all;
    expect(first).toBe(second);
    expect(source).toHaveBeenCalledTimes(2);
    expect(succeeded).toHaveBeenCalledTimes(2);
  });

  it('returns a value while it is fresh', async () => {
    const fetched = await refresh();
    now = 999;
    expect(cache.fresh('k')).toBe(fetched);
    now = 1_000;
    expect(cache.fresh('k')).toBeUndefined();
    expect(cache.has('k')).toBe(true);
  });

  it('counts the age of a value from the start of its fetch', async () => {
    source.mockImplementation(async () => {
      now = 600;
      return 'yes';
    });
    expect((await refresh()).freshness.left).toBe(400);
  });

  it('keeps a value that a fetch confirms, with more time', async () => {
    const fetched = await refresh();
    now = 800;
    expect(await refresh()).toBe(fetched);
    expect(fetched.freshness.left).toBe(1_000);
  });

  it('ends a value that a fetch contradicts, also for those that hold it', async () => {
    const fetched = await refresh();
    source.mockResolvedValue('no');
    expect((await refresh()).value).toBe('no');
    expect(fetched.freshness.isOver).toBe(true);
    expect(cache.has('k')).toBe(false);
    source.mockResolvedValue('yes');
    await refresh();
    expect(cache.fresh('k')?.value).toBe('yes');
  });

  it('uses the earlier value while the source is unavailable, up to the tolerance', async () => {
    const fetched = await refresh();
    source.mockRejectedValue(new Error('down'));
    now = 1_000;
    expect(await refresh()).toBe(fetched);
    expect(cache.fresh('k')).toBe(fetched);
    now = 99_999;
    expect(await refresh()).toBe(fetched);
    now = 100_000;
    await expect(refresh()).rejects.toThrow(DownError);
  });

  it('does not use values that do not survive', async () => {
    source.mockResolvedValue('no');
    await refresh();
    source.mockRejectedValue(new Error('down'));
    await expect(refresh()).rejects.toThrow(DownError);
    expect(cache.survivor('k')).toBeUndefined();
  });

  it('passes on an error that does not mean that the source is unavailable', async () => {
    await refresh();
    source.mockRejectedValue(new TypeError());
    await expect(refresh()).rejects.toThrow(TypeError);
  });

  it('stores values that do not survive separately', async () => {
    await refresh('a');
    source.mockResolvedValue('no');
    for (const key of ['b', 'c', 'd']) await refresh(key);
    expect(['a', 'b', 'c', 'd'].map((key) => cache.fresh(key)?.value)).toEqual([
      'yes',
      undefined,
      undefined,
      'no',
    ]);
  });

  it('renews a value in the background once it is due', async () => {
    const fetched = await refresh();
    now = 499;
    cache.renewAhead('k', fetched, source);
    expect(source).toHaveBeenCalledTimes(1);
    now = 500;
    cache.renewAhead('k', fetched, source);
    cache.renewAhead('k', fetched, source);
    expect(source).toHaveBeenCalledTimes(2);
    await vi.waitFor(() => expect(fetched.freshness.left).toBe(1_000));
  });

  it('waits between attempts to renew a value', async () => {
    const fetched = await refresh();
    source.mockRejectedValue(new Error('down'));
    for (now = 500; now < 15_500; now += 100) {
      cache.renewAhead('k', fetched, source);
      await vi.waitFor(() => expect(cache.fetches).toBe(0));
    }
    expect(source).toHaveBeenCalledTimes(2);
    cache.renewAhead('k', fetched, source);
    expect(source).toHaveBeenCalledTimes(3);
  });

  it('does not fetch on each request for a value that it has evicted', async () => {
    const evicted = await refresh();
    for (const key of ['a', 'b']) await refresh(key);
    now = 500;
    source.mockClear();
    for (let index = 0; index < 10; index += 1) {
      cache.renewAhead('k', evicted, source);
      await vi.waitFor(() => expect(cache.fetches).toBe(0));
      for (const key of ['a', 'b']) await refresh(key);
    }
    expect(source).toHaveBeenCalledTimes(21);
  });

  it('does not fetch for an evicted value that has a fresh successor', async () => {
    const evicted = await refresh();
    for (const key of ['a', 'b']) await refresh(key);
    now = 500;
    await refresh();
    source.mockClear();
    cache.renewAhead('k', evicted, source);
    expect(source).not.toHaveBeenCalled();
  });

  it('fails a fetch at its deadline, and drops what comes later', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    source.mockImplementation(never);
    await Promise.all([expect(refresh()).rejects.toThrow(DownError), vi.advanceTimersByTimeAsync(5_000)]);
    vi.useRealTimers();
    expect(source.mock.calls[0]?.[0].aborted).toBe(true);
    expect(cache.fetches).toBe(0);
  });
});
