import { Logger } from '@nestjs/common';
import type { IdentityServiceSecurityContext } from '@sap/xssec';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Clocks } from '../../core/clocks.js';
import type { IasSettings } from '../../core/settings.js';
import type { PublishedKey } from '../tenant/key-set.js';
import type { TenantClient } from '../tenant/tenant-client.js';
import type { XssecAuthenticator } from '../xssec/xssec-authenticator.js';
import type { PresentedToken } from './5-signature.js';
import { TenantAcceptance } from './6-tenant-acceptance.js';
import { TenantUnavailableError } from '../../net/json-request.js';

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
  const securityContext = {} as IdentityServiceSecurityContext;
  const createSecurityContext = vi.fn<XssecAuthenticator['createSecurityContext']>();
  const debugged = vi.spyOn(Logger.prototype, 'debug').mockReturnValue();

  beforeEach(() => {
    now = 1_000_000;
    stepped = 0;
    fetchVerdict.mockReset().mockResolvedValue(true);
    createSecurityContext.mockReset().mockResolvedValue(securityContext);
    debugged.mockClear();
    const tenants = { fetchVerdict } as unknown as TenantClient;
    const clocks = new Clocks(
      () => now + stepped,
      () => now,
    );
    const xssec = { createSecurityContext } as unknown as XssecAuthenticator;
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

  it.each([
    ['issuer', { issuer: 'https://u' }],
    ['binding', { binding: { clientId: 'D' } }],
    ['app_tid', { claims: { azp: 'A', app_tid: 'U', azp_app_tid: 'V' } }],
    ['azp', { claims: { azp: 'B', app_tid: 'T', azp_app_tid: 'V' } }],
    ['azp_app_tid', { claims: { azp: 'A', app_tid: 'T', azp_app_tid: 'W' } }],
    ['absence of azp', { claims: { app_tid: 'T', azp_app_tid: 'V' } }],
    ['absence of app_tid', { claims: { azp: 'A', azp_app_tid: 'V' } }],
    ['absence of azp_app_tid', { claims: { azp: 'A', app_tid: 'T' } }],
  ])('asks again for a token with another %s', async (_, difference) => {
    const one = token({ azp: 'A', app_tid: 'T', azp_app_tid: 'V' });
    const other = { ...one, ...difference } as unknown as PresentedToken;
    await acceptance.assertAccepted(one, key);
    await acceptance.assertAccepted(other, key);
    expect(fetchVerdict).toHaveBeenCalledTimes(2);
    const [tenant] = fetchVerdict.mock.calls[1] ?? [];
    expect(tenant).toEqual({ issuer: other.issuer, binding: other.binding });
  });

  it('returns the security context of xssec with the verdict', async () => {
    const accepted = await acceptance.assertAccepted(token({ azp: 'A' }), key);
    expect(accepted.securityContext).toBe(securityContext);
    expect(accepted.verdict.value).toBe(true);
    expect(createSecurityContext).toHaveBeenCalledWith(token({ azp: 'A' }), key);
  });

  it('does not ask xssec about a token that the tenant refuses', async () => {
    fetchVerdict.mockResolvedValue(false);
    expect(await codeOf({ azp: 'A' })).toBe('token_refused_by_tenant');
    expect(createSecurityContext).not.toHaveBeenCalled();
  });

  it('tells the operator why there is no verdict', async () => {
    fetchVerdict.mockRejectedValue(new TenantUnavailableError('The tenant is down.'));
    await expect(acceptance.assertAccepted(token({}), key)).rejects.toMatchObject({
      code: 'verdict_unavailable',
      operatorDetail: 'The tenant is down.',
    });
    expect(debugged).toHaveBeenCalledWith('A verdict could not be fetched. The tenant is down.');
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
    await expect(acceptance.assertAccepted(token({ azp: 'one-more' }), key)).rejects.toMatchObject({
      code: 'verdict_unavailable',
      operatorDetail: 'too many requests for verdicts',
    });
    expect(fetchVerdict).toHaveBeenCalledTimes(100);
  });

  it('lets a caller join a request for a verdict, even if a hundred are under way', async () => {
    let answer: (isAccepted: boolean) => void = () => undefined;
    fetchVerdict.mockReturnValueOnce(new Promise((resolve) => (answer = resolve)));
    fetchVerdict.mockReturnValue(new Promise(() => undefined));
    const all = [codeOf({ azp: 'A' })];
    for (let index = 1; index < 100; index += 1) void codeOf({ azp: `A${index}` });
    all.push(codeOf({ azp: 'A' }));
    answer(true);
    expect(await Promise.all(all)).toEqual(['accepted', 'accepted']);
  });

  it('does not renew an acceptance while a hundred requests are under way', async () => {
    const signed = token({ azp: 'A' });
    const { verdict } = await acceptance.assertAccepted(signed, key);
    fetchVerdict.mockClear().mockReturnValue(new Promise(() => undefined));
    for (let index = 0; index < 100; index += 1) void codeOf({ azp: `B${index}` });
    now += 14 * MINUTE;
    acceptance.renewAhead(signed, verdict);
    expect(fetchVerdict).toHaveBeenCalledTimes(100);
  });

  it('ends acceptances up to a tenth earlier than after 15 min, each at its own time', async () => {
    const left: number[] = [];
    for (let index = 0; index < 200; index += 1) {
      const { verdict } = await acceptance.assertAccepted(token({ azp: `A${index}` }), key);
      left.push(verdict.freshness.left);
    }
    expect(new Set(left).size).toBeGreaterThan(190);
    expect(Math.max(...left)).toBeLessThanOrEqual(15 * MINUTE);
    expect(Math.max(...left)).toBeGreaterThan(14.9 * MINUTE);
    expect(Math.min(...left)).toBeGreaterThanOrEqual(13.5 * MINUTE);
    expect(Math.min(...left)).toBeLessThan(13.6 * MINUTE);
  });

  it('renews an acceptance from 5 min before its end', async () => {
    const signed = token({ azp: 'A' });
    const { verdict } = await acceptance.assertAccepted(signed, key);
    const due = Math.ceil(verdict.freshness.left - 5 * MINUTE);
    now += due - 1;
    expect(verdict.freshness.isDue).toBe(false);
    now += 1;
    expect(verdict.freshness.isDue).toBe(true);
  });
});
