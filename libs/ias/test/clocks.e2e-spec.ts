import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { IAS_MONOTONIC_CLOCK } from '../src/index.js';
import { CollectingLogger } from './collecting-logger.js';
import { startGuardedApp } from './guarded-app.js';
import type { GuardedApp } from './guarded-app.js';
import { sendRaw } from './raw-request.js';
import { startTrustedLandscape } from './trusting-landscape.js';
import type { TrustedLandscape } from './trusting-landscape.js';

const MINUTE = 60_000;

describe('a guard whose clocks differ', () => {
  let trusted: TrustedLandscape;
  let app: GuardedApp;
  let logger: CollectingLogger;
  let asked: string[];
  const now = { wall: 0, monotonic: 0 };

  beforeEach(async () => {
    Object.assign(now, { wall: Date.now(), monotonic: 1_000 });
    trusted = await startTrustedLandscape();
    logger = new CollectingLogger();
    asked = [];
    app = await startGuardedApp({
      ias: { ...trusted.ias, issuerResolver: (issuer) => asked.push(issuer) < 0 },
      clock: () => now.wall,
      override: (builder) => builder.overrideProvider(IAS_MONOTONIC_CLOCK).useValue(() => now.monotonic),
      logger,
    });
  });
  afterEach(async () => {
    await app.close();
    await trusted.stop();
  });

  const issueToken = (claims: object = {}) => {
    const iat = Math.floor(now.wall / 1_000);
    return trusted.landscape.tenant.issueToken({ claims: { iat, exp: iat + 7_200, ...claims } });
  };
  const call = async (token: string) => {
    const { status, body } = await sendRaw(`${app.url}/endpoint`, [['authorization', `Bearer ${token}`]]);
    return [status, (JSON.parse(body) as { code?: string }).code];
  };

  it.each([
    ['the wall clock is set back by 50 minutes', -50 * MINUTE, 10 * MINUTE],
    ['the wall clock is set forward', 10 * MINUTE, 0],
  ])(
    'does not accept a removed key for longer, and accepts the new one, where %s',
    async (_, step, passed) => {
      now.wall -= Math.max(0, -step);
      const token = await issueToken();
      now.wall += Math.max(0, -step);
      expect(await call(token)).toEqual([200, undefined]);
      await trusted.landscape.tenant.rotateSigningKey({ keepOld: false });
      now.wall += step + passed;
      now.monotonic += passed;
      expect(await call(token)).toEqual([401, 'token_key_unknown']);
      expect(await call(await issueToken())).toEqual([200, undefined]);
    },
  );

  it('accepts a new key after the wall clock was set back', async () => {
    expect(await call(await issueToken())).toEqual([200, undefined]);
    await trusted.landscape.tenant.rotateSigningKey({ keepOld: false });
    now.wall -= 50 * MINUTE;
    expect(await call(await issueToken())).toEqual([200, undefined]);
  });

  it('writes security events after the wall clock was set back', async () => {
    const events = () => logger.lines.filter((line) => line.includes('ias.request_rejected')).length;
    for (let index = 0; index < 30; index += 1) await call('a.b.c');
    expect(events()).toBe(20);
    now.wall -= 50 * MINUTE;
    now.monotonic += 1_000;
    await call('a.b.c');
    expect(events()).toBe(21);
  });

  it.each([-50 * MINUTE, 50 * MINUTE])(
    'asks the resolver for 50 new issuers per second after the wall clock was set by %i ms',
    async (step) => {
      const { host } = new URL(trusted.landscape.tenant.url);
      const madeUp = async (index: number) =>
        call(await issueToken({ iss: `https://made-up-${index}.${host}` }));
      for (let index = 0; index < 101; index += 1) await madeUp(index);
      expect(asked).toHaveLength(100);
      now.wall += step;
      expect(await madeUp(101)).toEqual([503, 'issuer_unresolved']);
      now.monotonic += 20;
      expect(await madeUp(102)).toEqual([401, 'token_issuer_untrusted']);
      expect(await madeUp(103)).toEqual([503, 'issuer_unresolved']);
      expect(asked).toHaveLength(101);
    },
  );
});
