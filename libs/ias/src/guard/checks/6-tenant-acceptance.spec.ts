import { Logger } from '@nestjs/common';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Clocks } from '../../core/clocks.js';
import type { IasSettings } from '../../core/settings.js';
import type { PublishedKey } from '../tenant/key-set.js';
import type { TenantClient } from '../tenant/tenant-client.js';
import type { XssecAuthenticator } from '../xssec/xssec-authenticator.js';
import type { PresentedToken } from './5-signature.js';
import { TenantAcceptance } from './6-tenant-acceptance.js';
import { TenantUnavailableError } from '../../net/tenant-unavailable-error.js';

const MINUTE = 60_000;
const key: PublishedKey = { kid: 'k' };
const token = (claims: object) =>
  ({ issuer: 'https://t', binding: { clientId: 'C' }, claims }) as unknown as PresentedToken;

Logger.overrideLogger(false);

describe('TenantAcceptance', () => {
  let now: number;
  let stepped: number;
  let acceptance: TenantAcceptance;
  const fetchVerdict = vi.fn<TenantClient['fetchVerdict']>();

  beforeEach(() => {
    now = 1_000_000;
    stepped = 0;
    fetchVerdict.mockReset().mockResolvedValue(true);
    const tenants = { fetchVerdict } as unknown as TenantClient;
    const clocks = new Clocks(
      () => now + stepped,
      () => now,
    );
    const xssec = { createSecurityContext: async () => ({}) } as unknown as XssecAuthenticator;
    acceptance = new TenantAcceptance(
      tenants,
      xssec,
      { outageTolerance: 60 * MINUTE } as IasSettings,
      clocks,
    );
  });

  const codeOf = (claims: object) =>
    acceptance.assertAccepted(token(claims), key).then(
      () => 'accepted',
      (error: { code?: string }) => error.code,
    );

  it('asks once for many tokens of the same parties', async () => {
    await Promise.all(Array.from({ length: 100 }, () => codeOf({ azp: 'A', app_tid: 'T' })));
    expect(await codeOf({ azp: 'A', zone_uuid: 'T' })).toBe('accepted');
    expect(fetchVerdict).toHaveBeenCalledTimes(1);
    expect(fetchVerdict.mock.calls[0]?.[1]).toEqual({ appTid: 'T', azp: 'A', azpAppTid: undefined });
  });

  it('does not confuse parties with the same joined text', async () => {
    await codeOf({ azp: 'C', app_tid: 'T' });
    fetchVerdict.mockResolvedValue(false);
    expect(await codeOf({ app_tid: 'T|azp=C' })).toBe('token_refused_by_tenant');
    expect(await codeOf({ azp: 'C', app_tid: 'T' })).toBe('accepted');
  });

  it('uses an acceptance for at most 15 min', async () => {
    await codeOf({ azp: 'A' });
    now += 13 * MINUTE;
    await codeOf({ azp: 'A' });
    expect(fetchVerdict).toHaveBeenCalledTimes(1);
    now += 2 * MINUTE;
    await codeOf({ azp: 'A' });
    expect(fetchVerdict).toHaveBeenCalledTimes(2);
  });

  it.each([
    ['the wall clock is set back', -50 * MINUTE, 15 * MINUTE],
    ['the machine sleeps', 15 * MINUTE, 0],
  ])('does not use an acceptance for longer if %s', async (_, step, passed) => {
    await codeOf({ azp: 'A' });
    fetchVerdict.mockResolvedValue(false);
    stepped = step;
    now += passed;
    expect(await codeOf({ azp: 'A' })).toBe('token_refused_by_tenant');
  });

  it('rejects all callers of a verdict that never comes, and asks again for the next one', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    fetchVerdict.mockReturnValue(new Promise(() => undefined));
    const all = Promise.all([codeOf({ azp: 'A' }), codeOf({ azp: 'A' })]);
    await vi.advanceTimersByTimeAsync(5_000);
    vi.useRealTimers();
    expect(await all).toEqual(['verdict_unavailable', 'verdict_unavailable']);
    fetchVerdict.mockResolvedValue(true);
    expect(await codeOf({ azp: 'A' })).toBe('accepted');
  });

  it('renews an acceptance in the background, and revokes it if the tenant now refuses', async () => {
    const signed = token({ azp: 'A' });
    const { verdict } = await acceptance.assertAccepted(signed, key);
    acceptance.renewAhead(signed, verdict);
    expect(fetchVerdict).toHaveBeenCalledTimes(1);
    now += 10 * MINUTE;
    acceptance.renewAhead(signed, verdict);
    await vi.waitFor(() => expect(verdict.freshness.left).toBeGreaterThan(13 * MINUTE));
    fetchVerdict.mockResolvedValue(false);
    now += 10 * MINUTE;
    acceptance.renewAhead(signed, verdict);
    await vi.waitFor(() => expect(verdict.freshness.isOver).toBe(true));
    expect(await codeOf({ azp: 'A' })).toBe('token_refused_by_tenant');
  });

  it('asks rarely for tokens whose verdict was evicted', async () => {
    const signed = token({ azp: 'A' });
    const { verdict } = await acceptance.assertAccepted(signed, key);
    for (let index = 0; index < 10_000; index += 1) await codeOf({ azp: `B${index}` });
    fetchVerdict.mockClear();
    now += 14 * MINUTE;
    for (let index = 0; index < 10; index += 1) {
      acceptance.renewAhead(signed, verdict);
      await vi.waitFor(() => expect(fetchVerdict).toHaveBeenCalledTimes(1));
    }
  });

  it('uses a refusal for a minute', async () => {
    fetchVerdict.mockResolvedValue(false);
    expect(await codeOf({ azp: 'A' })).toBe('token_refused_by_tenant');
    fetchVerdict.mockResolvedValue(true);
    now += MINUTE - 1;
    expect(await codeOf({ azp: 'A' })).toBe('token_refused_by_tenant');
    now += 1;
    expect(await codeOf({ azp: 'A' })).toBe('accepted');
  });

  it('uses an earlier acceptance while the tenant is unavailable, until the tolerance ends', async () => {
    await codeOf({ azp: 'A' });
    fetchVerdict.mockRejectedValue(new TenantUnavailableError('down'));
    expect(await codeOf({ azp: 'B' })).toBe('verdict_unavailable');
    now += 15 * MINUTE;
    expect(await codeOf({ azp: 'A' })).toBe('accepted');
    now += 45 * MINUTE;
    expect(await codeOf({ azp: 'A' })).toBe('verdict_unavailable');
  });

  it('asks about at most a hundred parties at a time', async () => {
    fetchVerdict.mockImplementation(() => new Promise(() => undefined));
    for (let index = 0; index < 100; index += 1) void codeOf({ azp: `A${index}` });
    expect(await codeOf({ azp: 'one-more' })).toBe('verdict_unavailable');
    expect(fetchVerdict).toHaveBeenCalledTimes(100);
  });
});
