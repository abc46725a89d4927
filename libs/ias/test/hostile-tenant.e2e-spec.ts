import type { Fault, Landscape } from '@nest-ias/landscape';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { RedactedToken } from '../src/core/redacted.js';
import { IasTokenProvider } from '../src/index.js';
import { startGuardedApp } from './guarded-app.js';
import type { GuardedApp } from './guarded-app.js';
import { Outbound } from './outbound.js';
import { sendRaw } from './raw-request.js';

/** ms after which no caller waits any more, whatever the tenant does. */
const PATIENCE = 12_000;
const CALLERS = [1, 2, 3, 4, 5];

/** What a tenant does to a connection in place of an answer. */
const HOSTILITIES: readonly (readonly [string, object])[] = [
  ['switches protocols', { kind: 'break', how: 'upgrade' }],
  ['ends without an answer', { kind: 'break', how: 'close' }],
  ['resets the connection', { kind: 'reset' }],
  ['ends its side of the connection', { kind: 'break', how: 'half-close' }],
  ['sends interim answers without end', { kind: 'break', how: 'interim' }],
  ['breaks off in the middle of the answer', { kind: 'break', how: 'truncate' }],
  ['falls silent in the middle of the answer', { kind: 'break', how: 'stall' }],
  ['says nothing', { kind: 'latency', milliseconds: 60_000 }],
];

let outbound: Outbound;
let landscape: Landscape;

beforeAll(async () => {
  outbound = await Outbound.start({
    grantTypes: ['client_credentials', 'urn:ietf:params:oauth:grant-type:jwt-bearer'],
  });
  ({ landscape } = outbound);
});
afterAll(() => outbound.stop());
beforeEach(() => landscape.tenant.reset());

type Endpoint = 'discovery' | 'jwks' | 'token';
const addFault = (endpoint: Endpoint, hostility: object) =>
  landscape.tenant.faults.add({ endpoint, ...hostility } as Fault);

/** Lets the patience of callers pass as soon as the endpoint has been asked. */
async function outwait<T>(endpoint: Endpoint, ask: () => Promise<T>): Promise<T> {
  const { counters } = landscape.tenant;
  const before = counters[endpoint];
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    const answers = ask();
    await expect.poll(() => counters[endpoint], { timeout: 10_000 }).toBeGreaterThan(before);
    await vi.advanceTimersByTimeAsync(PATIENCE);
    return await answers;
  } finally {
    vi.useRealTimers();
  }
}

describe.each(HOSTILITIES)('the guard, while the tenant %s', (_, hostility) => {
  let app: GuardedApp;

  beforeEach(async () => {
    app = await startGuardedApp({
      ias: { credentials: await landscape.issueBinding({ type: 'NONE' }), caFile: outbound.caFile },
      clock: () => outbound.now,
    });
  });
  afterEach(() => app.close());

  const call = async (token: string) => {
    const { status, body } = await sendRaw(`${app.url}/endpoint`, [['authorization', `Bearer ${token}`]]);
    return [status, (JSON.parse(body) as { code?: string }).code];
  };
  const exp = () => Math.floor(outbound.now / 1_000) + 7_200;
  const tokenOf = (claims: object = {}) => landscape.tenant.issueToken({ claims: { exp: exp(), ...claims } });

  it.each(['discovery', 'jwks'] as const)(
    'answers all callers of the first keys from %s',
    async (endpoint) => {
      const token = await tokenOf();
      addFault(endpoint, hostility);
      for (const answer of await Promise.all(CALLERS.map(() => call(token)))) {
        expect(answer).toEqual([503, 'keys_unavailable']);
      }
      landscape.tenant.faults.clear();
      expect(await call(token)).toEqual([200, undefined]);
    },
  );

  it('answers all callers that wait for a verdict', async () => {
    expect(await call(await tokenOf({ azp: undefined }))).toEqual([200, undefined]);
    const token = await tokenOf();
    addFault('jwks', hostility);
    const answers = await outwait('jwks', () => Promise.all(CALLERS.map(() => call(token))));
    for (const answer of answers) {
      expect(answer).toEqual([503, 'verdict_unavailable']);
    }
    landscape.tenant.faults.clear();
    expect(await call(token)).toEqual([200, undefined]);
  });

  it('uses earlier values, and renews them once the tenant has recovered', async () => {
    const token = await tokenOf();
    await call(token);
    addFault('jwks', hostility);
    for (const minutes of [6, 5, 10]) {
      outbound.forward(minutes * 60);
      expect(await outwait('jwks', () => call(token))).toEqual([200, undefined]);
    }
    await landscape.tenant.rotateSigningKey({ keepOld: false });
    landscape.tenant.faults.clear();
    outbound.forward(30);
    expect(await call(await tokenOf())).toEqual([200, undefined]);
    expect(await call(token)).toEqual([401, 'token_key_unknown']);
  });
});

describe.each(HOSTILITIES)('IasTokenProvider, while the tenant %s', (_, hostility) => {
  let tokens: IasTokenProvider;

  beforeEach(async () => {
    const module = await outbound.startModule();
    tokens = module.get(IasTokenProvider);
  });
  afterEach(() => outbound.closeModules());

  const { getToken, exchangeToken } = {
    getToken: async () => () => tokens.getToken(),
    exchangeToken: async () => {
      const text = await landscape.tenant.issueToken({ user: { id: 'jo', email: 'jo@example.com' } });
      const userToken = new RedactedToken(text, landscape.tenant.url);
      return () => tokens.exchangeToken(userToken);
    },
  };

  it.each([
    ['getToken', getToken],
    ['exchangeToken', exchangeToken],
  ])('answers all callers of %s', async (_name, prepare) => {
    const ask = await prepare();
    addFault('token', hostility);
    const outcomes = await outwait('token', () => Promise.allSettled(CALLERS.map(() => ask())));
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { name: 'TokenRequestError' } });
    }
    landscape.tenant.faults.clear();
    expect((await ask()).value).toBeTruthy();
  });

  it('keeps the current token, and refreshes it once the tenant has recovered', async () => {
    const living = await tokens.getToken();
    addFault('token', hostility);
    outbound.forward(3_100);
    expect(await outwait('token', () => tokens.getToken())).toBe(living);
    landscape.tenant.faults.clear();
    await expect
      .poll(() => {
        outbound.forward(5);
        return tokens.getToken();
      })
      .not.toBe(living);
  });
});
