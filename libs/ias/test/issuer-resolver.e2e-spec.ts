import { randomUUID } from 'node:crypto';
import type { Tenant } from '@nest-ias/landscape';
import { IAS_OPTION_OVERRIDES } from 'nest-ias';
import type { IasModuleOptions, IssuerResolver } from 'nest-ias';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { CollectingLogger } from './collecting-logger.js';
import { PLATFORMS, startGuardedApp } from './guarded-app.js';
import type { GuardedApp } from './guarded-app.js';
import { sendRaw } from './raw-request.js';
import { startTrustedLandscape } from './trusting-landscape.js';
import type { TrustedLandscape } from './trusting-landscape.js';

const MINUTE = 60_000;

describe.each(PLATFORMS)('issuerResolver on %s', (platform) => {
  let trusted: TrustedLandscape;
  let subscriber: Tenant;
  let ias: IasModuleOptions;
  let app: GuardedApp;
  let now: number;
  let asked: string[];
  let resolver: IssuerResolver;
  let logger: CollectingLogger;

  beforeAll(async () => {
    trusted = await startTrustedLandscape();
    const { landscape } = trusted;
    subscriber = await landscape.addTenant();
    subscriber.subscribeTo(landscape.application);
    // bound anew: `domains` names the subscriber only now
    ias = { ...trusted.ias, credentials: await landscape.issueBinding({ type: 'NONE' }) };
  });
  afterAll(() => trusted.stop());

  beforeEach(async () => {
    now = Date.now();
    asked = [];
    logger = new CollectingLogger();
    subscriber.reset();
    resolver = (issuer) => issuer === subscriber.url;
    app = await startApp({});
  });
  afterEach(async () => {
    vi.useRealTimers();
    await app.close();
  });

  const startApp = (options: IasModuleOptions) =>
    startGuardedApp({
      platform,
      logger,
      clock: () => now,
      ias: {
        ...ias,
        issuerResolver: (issuer) => {
          asked.push(issuer);
          return resolver(issuer);
        },
        ...options,
      },
    });

  const tokenOf = (iss: string, exp?: number) =>
    subscriber.issueToken({
      application: trusted.landscape.application,
      claims: { iss, ...(exp !== undefined && { exp }) },
    });

  async function call(token: string): Promise<readonly [status: number, code: unknown]> {
    const { status, body } = await sendRaw(`${app.url}/endpoint`, [['authorization', `Bearer ${token}`]]);
    return [status, (JSON.parse(body) as { code?: unknown }).code];
  }

  it('accepts tokens of issuers that the resolver accepts, with one call for five minutes', async () => {
    const token = await tokenOf(subscriber.url);
    expect(await call(token)).toEqual([200, undefined]);
    expect(await call(token)).toEqual([200, undefined]);
    expect(await call(await tokenOf(subscriber.url))).toEqual([200, undefined]);
    expect(asked).toEqual([subscriber.url]);
    now += 5 * MINUTE;
    expect(await call(token)).toEqual([200, undefined]);
    expect(asked).toEqual([subscriber.url, subscriber.url]);
  });

  it('rejects issuers that it no longer accepts, also for verified tokens', async () => {
    const token = await tokenOf(subscriber.url);
    await call(token);
    resolver = () => false;
    now += 5 * MINUTE;
    expect(await call(token)).toEqual([401, 'token_issuer_untrusted']);
  });

  it('is not called for the issuer of the binding', async () => {
    resolver = () => Promise.reject(new Error('down'));
    expect(await call(await trusted.landscape.tenant.issueToken())).toEqual([200, undefined]);
    expect(asked).toEqual([]);
  });

  it('rejects without a request to the tenant, and is called again after a minute', async () => {
    resolver = () => false;
    const token = await tokenOf(subscriber.url);
    for (const _ of [1, 2]) expect(await call(token)).toEqual([401, 'token_issuer_untrusted']);
    expect(asked).toHaveLength(1);
    expect(subscriber.requests).toEqual([]);
    now += MINUTE;
    resolver = () => true;
    expect(await call(token)).toEqual([200, undefined]);
  });

  it.each([undefined, 'true', 1, {}, []])('treats %j as a refusal', async (answer) => {
    resolver = () => answer as never;
    expect(await call(await tokenOf(subscriber.url))).toEqual([401, 'token_issuer_untrusted']);
  });

  it.each([
    'https://elsewhere.example',
    `https://${'a'.repeat(480)}.example`,
    'https://user@localhost',
    'http://localhost',
    'https://LOCALHOST',
  ])('is not called for issuers that are not tenants under our domains: %s', async (issuer) => {
    resolver = () => true;
    expect(await call(await tokenOf(issuer))).toEqual([401, 'token_issuer_untrusted']);
    expect(await call(await tokenOf(`${subscriber.url}/x`))).toEqual([401, 'token_issuer_untrusted']);
    expect(asked).toEqual([]);
  });

  it('is not called for tokens that are rejected anyway', async () => {
    const token = await tokenOf(subscriber.url);
    now += 120 * MINUTE;
    expect(await call(token)).toEqual([401, 'token_expired']);
    expect(asked).toEqual([]);
  });

  it.each<[string, IssuerResolver]>([
    [
      'throws',
      () => {
        throw new TypeError('secret');
      },
    ],
    ['rejects', () => Promise.reject(new TypeError('secret'))],
    ['rejects with no error', () => Promise.reject('secret')],
  ])('causes a 503 if it %s, and recovers', async (_, failing) => {
    resolver = failing;
    const token = await tokenOf(subscriber.url);
    const answer = await sendRaw(`${app.url}/endpoint`, [['authorization', `Bearer ${token}`]]);
    expect(answer.status).toBe(503);
    expect(answer.headers['retry-after']).toBe('2');
    expect(answer.body).toContain('"issuer_unresolved"');
    expect(answer.body + logger.lines.join('')).not.toContain('secret');
    resolver = () => true;
    expect(await call(token)).toEqual([200, undefined]);
  });

  it('causes a 503 if it takes more than five seconds', async () => {
    let late: (answer: boolean) => void = () => undefined;
    resolver = () => new Promise((resolve) => (late = resolve));
    const token = await tokenOf(subscriber.url);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const waiting = call(token);
    await expect.poll(() => asked.length).toBe(1);
    await vi.advanceTimersByTimeAsync(5_000);
    vi.useRealTimers();
    expect(await waiting).toEqual([503, 'issuer_unresolved']);
    late(true);
  });

  it('is called once for concurrent callers', async () => {
    let settle: (answer: boolean) => void = () => undefined;
    resolver = () => new Promise((resolve) => (settle = resolve));
    const tokens = await Promise.all(Array.from({ length: 20 }, () => tokenOf(subscriber.url)));
    const calls = tokens.map(call);
    await expect.poll(() => asked.length).toBe(1);
    settle(true);
    expect(new Set((await Promise.all(calls)).map(([status]) => status))).toEqual(new Set([200]));
    expect(asked).toHaveLength(1);
  });

  it('may fail for an hour for issuers that it accepted before', async () => {
    const token = await tokenOf(subscriber.url);
    await call(token);
    resolver = () => Promise.reject(new Error('down'));
    now += 30 * MINUTE;
    expect(await call(token)).toEqual([200, undefined]);
    expect(await call(token)).toEqual([200, undefined]);
    expect(asked).toHaveLength(2);
    now += 29.9 * MINUTE;
    expect((await call(token))[0]).toBe(200);
    now += MINUTE;
    expect(await call(await tokenOf(subscriber.url, now / 1_000 + 60))).toEqual([503, 'issuer_unresolved']);
  });

  it('is not flooded by made-up issuers, and honest callers do not notice', async () => {
    const honest = await tokenOf(subscriber.url);
    await call(honest);
    const { host } = new URL(subscriber.url);
    const flood = await Promise.all(
      Array.from({ length: 300 }, () => tokenOf(`https://${randomUUID()}.${host}`)),
    );
    const codes: unknown[] = [];
    for (const token of flood) codes.push((await call(token))[1]);
    expect(asked.length).toBeLessThanOrEqual(101);
    expect(new Set(codes)).toEqual(new Set(['token_issuer_untrusted', 'issuer_unresolved']));
    expect(await call(honest)).toEqual([200, undefined]);
    now += 5 * MINUTE;
    for (const token of flood.slice(0, 150)) await call(token);
    expect(await call(honest)).toEqual([200, undefined]);
    // the keys of the honest tenant, its verdict, and where to find them
    expect(subscriber.requests.length).toBeLessThanOrEqual(5);
  });
});

it('must be a function', async () => {
  const { ias, stop } = await startTrustedLandscape();
  const start = startGuardedApp({
    ias,
    override: (builder) =>
      builder.overrideProvider(IAS_OPTION_OVERRIDES).useValue({ issuerResolver: 'https://x' }),
  });
  await expect(start).rejects.toMatchObject({ code: 'configuration_invalid' });
  await stop();
});
