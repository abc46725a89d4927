import { AsyncLocalStorage } from 'node:async_hooks';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { IdentityBinding } from '../binding/identity-binding.js';
import { Clocks } from '../core/clocks.js';
import { IasEvents } from '../core/events.js';
import { TokenRequestError } from '../errors/ias-error.js';
import type { TokenRequestErrorCode } from '../errors/error-codes.js';
import type { ClientCredential } from './client-credential.js';
import { TokenRequestPolicy } from './token-request-policy.js';

const T = 'https://t.example';
const U = 'https://u.example';
const MINUTE = 60_000;
const credential = (fingerprint = 'f', name = 'identity') =>
  ({ fingerprint, binding: { name } as IdentityBinding }) as ClientCredential;
const failure = (code: TokenRequestErrorCode, retryAfter?: number) =>
  new TokenRequestError(code, 'failed', retryAfter);

describe('TokenRequestPolicy', () => {
  /** ms that the wall clock is ahead of the monotonic one. */
  let ahead: number;
  let passed: number;
  let random: number;
  let policy: TokenRequestPolicy;
  let told: unknown[];
  const attempt = vi.fn<() => Promise<string>>();

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    passed = 0;
    ahead = Date.parse('2030-01-01T00:00:00Z');
    random = 0;
    told = [];
    attempt.mockReset().mockResolvedValue('token');
    const events = new IasEvents();
    for (const name of ['circuit.opened', 'circuit.closed', 'cooldown.started', 'cooldown.ended'] as const) {
      events.on(name, (event) => told.push([name, event]));
    }
    const monotonic = () => passed + performance.now() - started;
    const started = performance.now();
    policy = new TokenRequestPolicy({
      deadline: 10_000,
      clocks: new Clocks(() => ahead + monotonic(), monotonic),
      random: () => random,
      events,
    });
    return () => vi.useRealTimers();
  });

  const start = (tenant = T, client = credential()): Promise<string> =>
    policy.execute(client, tenant, attempt).catch((error: TokenRequestError) => error.code);
  const outcomeOf = async (tenant = T, client = credential()) => {
    const outcome = start(tenant, client);
    await vi.runAllTimersAsync();
    return outcome;
  };

  it('sends a request once if it succeeds', async () => {
    expect(await outcomeOf()).toBe('token');
    expect(attempt).toHaveBeenCalledTimes(1);
  });

  it.each<TokenRequestErrorCode>([
    'token_endpoint_unreachable',
    'token_endpoint_timeout',
    'token_endpoint_overloaded',
    'token_endpoint_unavailable',
  ])('retries after %s, three times at most', async (code) => {
    attempt.mockRejectedValueOnce(failure(code));
    expect(await outcomeOf()).toBe('token');
    expect(attempt).toHaveBeenCalledTimes(2);
    attempt.mockReset().mockRejectedValue(failure(code));
    expect(await outcomeOf()).toBe(code);
    expect(attempt).toHaveBeenCalledTimes(4);
  });

  it.each<TokenRequestErrorCode>(['token_request_rejected', 'client_rejected', 'token_response_malformed'])(
    'does not retry after %s',
    async (code) => {
      attempt.mockRejectedValue(failure(code));
      expect(await outcomeOf()).toBe(code);
      expect(attempt).toHaveBeenCalledTimes(1);
    },
  );

  it('passes on other errors', async () => {
    attempt.mockRejectedValue(new TypeError('unexpected'));
    await expect(policy.execute(credential(), T, attempt)).rejects.toThrow('unexpected');
    expect(attempt).toHaveBeenCalledTimes(1);
  });

  /** When the attempts of one request were sent, ms after its start. */
  async function attemptsAt(): Promise<number[]> {
    const started = performance.now();
    const times: number[] = [];
    const failing = attempt.getMockImplementation();
    attempt.mockImplementation(() => {
      times.push(Math.round(performance.now() - started));
      return failing?.() ?? Promise.reject(failure('token_endpoint_unavailable'));
    });
    await outcomeOf();
    return times;
  }

  it('doubles the pause between attempts, with full jitter', async () => {
    attempt.mockRejectedValue(failure('token_endpoint_unavailable'));
    random = 0.8;
    expect(await attemptsAt()).toEqual([0, 200, 600, 1_400]);
  });

  it('waits as long as the tenant asks, within the deadline', async () => {
    attempt.mockRejectedValue(failure('token_endpoint_overloaded', 4_000));
    expect(await attemptsAt()).toEqual([0, 4_000, 8_000]);
  });

  it('does not wait until the deadline itself', async () => {
    attempt.mockRejectedValue(failure('token_endpoint_overloaded', 10_000));
    expect(await attemptsAt()).toEqual([0]);
  });

  it('runs at most four requests to a tenant at a time; others wait', async () => {
    let finish: (token: string) => void = () => undefined;
    attempt.mockImplementation(() => new Promise((resolve) => (finish = resolve)));
    for (let index = 0; index < 5; index += 1) void start();
    await vi.advanceTimersByTimeAsync(0);
    expect(attempt).toHaveBeenCalledTimes(4);
    void start(U);
    await vi.advanceTimersByTimeAsync(0);
    expect(attempt).toHaveBeenCalledTimes(5);
    attempt.mockResolvedValue('late');
    finish('other tenant');
    await vi.advanceTimersByTimeAsync(0);
    expect(attempt).toHaveBeenCalledTimes(5);
  });

  it('sends a waiting request in its own asynchronous context', async () => {
    const context = new AsyncLocalStorage<number>();
    const seen: unknown[] = [];
    attempt.mockImplementation(async () => String(seen.push(context.getStore())));
    await Promise.all([1, 2, 3, 4, 5, 6].map(async (id) => context.run(id, start)));
    expect(seen).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('sends a waiting request once another ends', async () => {
    const finish: ((token: string) => void)[] = [];
    attempt.mockImplementation(() => new Promise((resolve) => finish.push(resolve)));
    const all = Array.from({ length: 5 }, () => start());
    await vi.advanceTimersByTimeAsync(0);
    finish[0]?.('token');
    await vi.advanceTimersByTimeAsync(0);
    expect(attempt).toHaveBeenCalledTimes(5);
    finish.forEach((resolve) => resolve('token'));
    expect(await Promise.all(all)).toEqual(Array.from({ length: 5 }, () => 'token'));
  });

  describe('after ten outages of a tenant in a row', () => {
    beforeEach(async () => {
      attempt.mockRejectedValue(failure('token_endpoint_unavailable'));
      for (const _ of [1, 2, 3]) await outcomeOf();
      attempt.mockReset().mockResolvedValue('token');
    });

    it('fails at once for five seconds', async () => {
      await expect(policy.execute(credential(), T, attempt)).rejects.toMatchObject({
        code: 'token_endpoint_circuit_open',
        message: `No access token from ${T}: it failed 10 times in a row; the next attempt is possible within 5 seconds.`,
        retryAfter: 5_000,
      });
      passed += 4_999;
      expect(await outcomeOf()).toBe('token_endpoint_circuit_open');
      expect(attempt).not.toHaveBeenCalled();
      passed += 1;
      expect(await outcomeOf()).toBe('token');
    });

    it('asks other tenants', async () => {
      expect(await outcomeOf(U)).toBe('token');
    });

    it('tells listeners, also when the tenant has recovered', async () => {
      expect(told).toEqual([['circuit.opened', { tenant: T }]]);
      passed += 5_000;
      await outcomeOf();
      expect(told).toEqual([
        ['circuit.opened', { tenant: T }],
        ['circuit.closed', { tenant: T }],
      ]);
    });
  });

  describe('after a tenant rejected a client', () => {
    beforeEach(async () => {
      attempt.mockRejectedValueOnce(failure('client_rejected'));
      await outcomeOf();
      attempt.mockReset().mockResolvedValue('token');
    });

    it('does not send its credential for 15 minutes', async () => {
      passed += 15 * MINUTE - 1;
      await expect(policy.execute(credential(), T, attempt)).rejects.toMatchObject({
        code: 'client_cooling_down',
        retryAfter: 1,
      });
      expect(attempt).not.toHaveBeenCalled();
      passed += 1;
      expect(await outcomeOf()).toBe('token');
      expect(await outcomeOf()).toBe('token');
    });

    it('says when the next attempt is possible, whatever the wall clock shows', async () => {
      passed += MINUTE;
      ahead += 60 * MINUTE;
      await expect(policy.execute(credential(), T, attempt)).rejects.toThrow(
        `No access token from ${T}: the tenant rejected the client of the identity binding "identity", and more attempts could lock it; ` +
          'the next attempt is possible at 2030-01-01T01:15:00.000Z, or at once with a new certificate.',
      );
    });

    it('sends a new credential at once', async () => {
      expect(await outcomeOf(T, credential('new'))).toBe('token');
    });

    it('sends the credential to other tenants', async () => {
      expect(await outcomeOf(U)).toBe('token');
    });

    it('tells listeners about the cool-down and its end', async () => {
      const until = Date.parse('2030-01-01T00:15:00Z');
      expect(told).toEqual([['cooldown.started', { tenant: T, binding: 'identity', until }]]);
      await outcomeOf(T, credential('new', 'renewed'));
      await outcomeOf(T, credential('new', 'renewed'));
      expect(told.slice(1)).toEqual([['cooldown.ended', { tenant: T, binding: 'identity' }]]);
    });
  });

  it('forgets outages and rejections when it is reset, and tells listeners', async () => {
    attempt.mockRejectedValue(failure('token_endpoint_unavailable'));
    for (let request = 0; request < 3; request += 1) await outcomeOf();
    expect(await outcomeOf()).toBe('token_endpoint_circuit_open');
    attempt.mockRejectedValue(failure('client_rejected'));
    await outcomeOf(U);
    expect(await outcomeOf(U)).toBe('client_cooling_down');
    attempt.mockResolvedValue('token');
    told = [];
    policy.reset();
    expect(told).toEqual([
      ['circuit.closed', { tenant: T }],
      ['cooldown.ended', { tenant: U, binding: 'identity' }],
    ]);
    expect([await outcomeOf(), await outcomeOf(U)]).toEqual(['token', 'token']);
  });

  it('sends a rejected credential at most four times, even if more requests wait', async () => {
    attempt.mockRejectedValue(failure('client_rejected'));
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => start()));
    expect(attempt.mock.calls.length).toBeLessThanOrEqual(4);
    expect(outcomes.filter((code) => code === 'client_cooling_down')).toHaveLength(
      10 - attempt.mock.calls.length,
    );
  });
});
