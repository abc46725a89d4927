import { generateKeyPairSync } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Clocks } from '../../core/clocks.js';
import { IssuerKeys } from './issuer-keys.js';
import { TenantUnavailableError } from '../../net/json-request.js';

const publicJwk = generateKeyPairSync('rsa', { modulusLength: 2_048 }).publicKey.export({ format: 'jwk' });
const published = (...kids: string[]) => kids.map((kid) => Object.assign({ kid }, publicJwk));
const MINUTE = 60_000;

Logger.overrideLogger(false);

describe('IssuerKeys', () => {
  let now: number;
  /** ms that the wall clock was set forward, or stands still for the monotonic one. */
  let stepped: number;
  let keys: IssuerKeys;
  const fetchKeys = vi.fn<() => Promise<readonly unknown[]>>();
  const down = () => fetchKeys.mockRejectedValue(new TenantUnavailableError('down'));
  const up = (...kids: string[]) => fetchKeys.mockImplementation(async () => published(...kids));

  beforeEach(() => {
    now = 1_000_000;
    stepped = 0;
    fetchKeys.mockReset();
    up('a');
    keys = issuerKeys(60 * MINUTE);
  });

  const issuerKeys = (outageTolerance: number) =>
    new IssuerKeys({
      issuer: 'https://t',
      fetchKeys,
      clocks: new Clocks(
        () => now + stepped,
        () => now,
      ),
      outageTolerance,
    });

  const codeOf = (kid: string) =>
    keys.holding(kid).then(
      () => 'found',
      (error: { code?: string }) => error.code,
    );

  it('fetches once for many callers', async () => {
    await Promise.all(Array.from({ length: 100 }, () => keys.holding('a')));
    await keys.holding('a');
    expect(fetchKeys).toHaveBeenCalledTimes(1);
  });

  it('refetches for an unknown key at most once in 30 s, whatever its kid', async () => {
    await keys.holding('a');
    now += 1;
    expect(await codeOf('x0')).toBe('token_key_unknown');
    for (let index = 1; index < 50; index += 1) expect(await codeOf(`x${index}`)).toBe('token_key_unknown');
    expect(fetchKeys).toHaveBeenCalledTimes(2);
    up('a', 'b');
    now += 29_999;
    expect(await codeOf('b')).toBe('token_key_unknown');
    now += 1;
    expect(await codeOf('b')).toBe('found');
  });

  it('lets callers with new keys wait for the same fetch', async () => {
    await keys.holding('a');
    up('a', 'b', 'c');
    now += 1;
    expect(await Promise.all([codeOf('b'), codeOf('c'), codeOf('b')])).toEqual(['found', 'found', 'found']);
    expect(fetchKeys).toHaveBeenCalledTimes(2);
  });

  it('finds a key right after a rotation', async () => {
    await keys.holding('a');
    up('a', 'b');
    now += 1;
    expect(await codeOf('b')).toBe('found');
  });

  it('does not fetch twice for the first token of all', async () => {
    expect(await codeOf('x')).toBe('token_key_unknown');
    expect(fetchKeys).toHaveBeenCalledTimes(1);
  });

  it('renews in the background after 5 min, and waits for the keys after 10 min', async () => {
    const first = await keys.holding('a');
    up('b');
    now += 5 * MINUTE;
    expect(await keys.holding('a')).toBe(first);
    await vi.waitFor(() => expect(first.freshness.isOver).toBe(true));
    expect(await codeOf('a')).toBe('token_key_unknown');
    up('c');
    now += 10 * MINUTE;
    expect(await codeOf('b')).toBe('token_key_unknown');
    expect(await codeOf('c')).toBe('found');
  });

  it('keeps the same set if the keys are the same', async () => {
    const first = await keys.holding('a');
    now += 10 * MINUTE;
    expect(await keys.holding('a')).toBe(first);
    expect(first.freshness.left).toBe(10 * MINUTE);
  });

  it('fetches once for tokens that rest on an evicted set', async () => {
    const first = await keys.holding('a');
    const reborn = issuerKeys(0);
    now += 6 * MINUTE;
    reborn.renewAhead(first);
    await vi.waitFor(() => expect(fetchKeys).toHaveBeenCalledTimes(2));
    await reborn.holding('a');
    reborn.renewAhead(first);
    expect(fetchKeys).toHaveBeenCalledTimes(2);
  });

  it('uses the keys during an outage, asks rarely, and stops after the tolerance', async () => {
    await keys.holding('a');
    down();
    now += 10 * MINUTE;
    expect(await codeOf('a')).toBe('found');
    expect(await codeOf('a')).toBe('found');
    expect(fetchKeys).toHaveBeenCalledTimes(2);
    now += 49 * MINUTE;
    expect(await codeOf('a')).toBe('found');
    now += MINUTE;
    expect(await codeOf('a')).toBe('keys_unavailable');
  });

  it('rejects an unknown key with keys_unavailable while the tenant is unavailable', async () => {
    await keys.holding('a');
    down();
    now += 1;
    expect(await codeOf('b')).toBe('keys_unavailable');
    expect(await codeOf('c')).toBe('keys_unavailable');
    expect(fetchKeys).toHaveBeenCalledTimes(2);
  });

  it.each([
    ['the wall clock is set back', -50 * MINUTE, 10 * MINUTE],
    ['the wall clock is set forward', 10 * MINUTE, 0],
    ['the machine sleeps', 10 * MINUTE, 0],
  ])('does not use a removed key for more than 10 min if %s', async (_, step, passed) => {
    await keys.holding('a');
    up('b');
    stepped = step;
    now += passed;
    expect(await codeOf('a')).toBe('token_key_unknown');
    expect(await codeOf('b')).toBe('found');
  });

  it('finds a new key after the wall clock was set back', async () => {
    await keys.holding('a');
    up('a', 'b');
    stepped = -50 * MINUTE;
    expect(await codeOf('b')).toBe('found');
  });

  it('refetches for unknown keys, whatever the wall clock shows', async () => {
    await keys.holding('a');
    expect(await codeOf('x')).toBe('token_key_unknown');
    down();
    stepped = -50 * MINUTE;
    now += 30_000;
    expect(await codeOf('x')).toBe('keys_unavailable');
    expect(fetchKeys).toHaveBeenCalledTimes(3);
  });

  it('makes no caller wait for more than one fetch', async () => {
    await keys.holding('a');
    down();
    now += 10 * MINUTE;
    expect(await codeOf('b')).toBe('keys_unavailable');
    expect(fetchKeys).toHaveBeenCalledTimes(2);
  });

  it('rejects all callers of a fetch that never ends, and fetches again for the next one', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    fetchKeys.mockReturnValue(new Promise(() => undefined));
    const all = Promise.all([codeOf('a'), codeOf('a')]);
    await vi.advanceTimersByTimeAsync(5_000);
    vi.useRealTimers();
    expect(await all).toEqual(['keys_unavailable', 'keys_unavailable']);
    up('a');
    expect(await codeOf('a')).toBe('found');
  });

  it('recovers with the next request', async () => {
    down();
    expect(await codeOf('a')).toBe('keys_unavailable');
    up('a');
    expect(await codeOf('a')).toBe('found');
  });

  it('cools down after failures in a row, and recovers within a second', async () => {
    down();
    for (let index = 0; index < 20; index += 1) expect(await codeOf('a')).toBe('keys_unavailable');
    expect(fetchKeys).toHaveBeenCalledTimes(5);
    up('a');
    now += 999;
    expect(await codeOf('a')).toBe('keys_unavailable');
    now += 1;
    expect(await codeOf('a')).toBe('found');
  });

  it('does not cool down after fewer than five failures in a row', async () => {
    keys = issuerKeys(0);
    for (let round = 0; round < 2; round += 1) {
      down();
      for (const _ of [1, 2, 3, 4]) expect(await codeOf('a')).toBe('keys_unavailable');
      up('a');
      expect(await codeOf('a')).toBe('found');
      now += 10 * MINUTE;
    }
  });

  it('uses earlier keys during a cool-down, too', async () => {
    await keys.holding('a');
    down();
    now += 5 * MINUTE;
    for (let index = 0; index < 5; index += 1) {
      expect(await codeOf('a')).toBe('found');
      await new Promise(setImmediate);
      expect(fetchKeys).toHaveBeenCalledTimes(index + 2);
      now += index < 4 ? 15_000 : 0;
    }
    stepped = 20 * MINUTE;
    expect(await codeOf('a')).toBe('found');
    expect(fetchKeys).toHaveBeenCalledTimes(6);
    stepped = 60 * MINUTE;
    expect(await codeOf('a')).toBe('keys_unavailable');
    expect(fetchKeys).toHaveBeenCalledTimes(6);
  });

  it('logs the first of several failures, and the end of the outage', async () => {
    const warned = vi.spyOn(Logger.prototype, 'warn').mockReturnValue();
    const logged = vi.spyOn(Logger.prototype, 'log').mockReturnValue();
    fetchKeys.mockRejectedValue(new TenantUnavailableError('The tenant is down.'));
    for (const _ of [1, 2]) await codeOf('a');
    expect(warned.mock.calls).toEqual([['The keys of https://t could not be fetched. The tenant is down.']]);
    expect(logged).not.toHaveBeenCalled();
    up('a');
    await codeOf('a');
    const recovered = [['The keys of https://t can be fetched again.']];
    expect(logged.mock.calls).toEqual(recovered);
    now += 10 * MINUTE;
    await codeOf('a');
    expect(logged.mock.calls).toEqual(recovered);
    fetchKeys.mockResolvedValue([{ kty: 'XYZ', kid: 'x' }]);
    now += 10 * MINUTE;
    await codeOf('a');
    expect(warned).toHaveBeenLastCalledWith(
      'The keys of https://t could not be fetched. https://t publishes no usable key.',
    );
    vi.restoreAllMocks();
  });

  it('ends its cool-down, whatever the wall clock shows', async () => {
    stepped = 50 * MINUTE;
    down();
    for (let index = 0; index < 6; index += 1) expect(await codeOf('a')).toBe('keys_unavailable');
    stepped = 0;
    up('a');
    now += 1_000;
    expect(await codeOf('a')).toBe('found');
  });

  it('counts a set without a usable key as a failure', async () => {
    await keys.holding('a');
    fetchKeys.mockResolvedValue([{ kty: 'XYZ', kid: 'x' }]);
    now += 10 * MINUTE;
    expect(await codeOf('a')).toBe('found');
  });
});
