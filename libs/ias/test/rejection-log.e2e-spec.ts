import { certificateThumbprint } from '@nest-ias/landscape';
import { X509Certificate } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CollectingLogger } from './collecting-logger.js';
import { startGuardedApp } from './guarded-app.js';
import type { GuardedApp } from './guarded-app.js';
import { sendRaw } from './raw-request.js';
import { startTrustedLandscape } from './trusting-landscape.js';
import type { TrustedLandscape } from './trusting-landscape.js';

describe('the log of rejections', () => {
  let trusted: TrustedLandscape;
  let app: GuardedApp;
  let logger: CollectingLogger;
  let now: number;

  beforeEach(async () => {
    now = Date.now();
    logger = new CollectingLogger();
    trusted = await startTrustedLandscape();
    app = await startGuardedApp({ ias: trusted.ias, logger, clock: () => now });
  });

  afterEach(async () => {
    await app.close();
    await trusted.stop();
  });

  const call = (token: string) => sendRaw(`${app.url}/endpoint`, [['authorization', `Bearer ${token}`]]);
  const rejections = () => logger.events.filter(({ event }) => event === 'ias.request_rejected');

  it('says what the guard rejected and which client the token names, without the token', async () => {
    const token = await trusted.landscape.tenant.issueToken({
      claims: { exp: 1 },
      header: { kid: 'the-key' },
    });
    await call(token);
    expect(rejections()).toEqual([
      {
        event: 'ias.request_rejected',
        code: 'token_expired',
        status: 401,
        detail: expect.stringMatching(/^"exp" was \d+ s ago/),
        client: trusted.landscape.application.clientId,
        kid: 'the-key',
      },
    ]);
    for (const part of token.split('.')) expect(logger.lines.join('\n')).not.toContain(part);
  });

  it('says on which host the proof was missing, and never the certificate or the token', async () => {
    const binding = await trusted.landscape.issueBinding({ type: 'X509_GENERATED' });
    const certificate = new X509Certificate(binding.certificate ?? '');
    const token = await trusted.landscape.tenant.issueToken({
      claims: { cnf: { 'x5t#S256': certificateThumbprint(certificate) } },
    });
    const forwarded = certificate.raw.toString('base64');
    await sendRaw(`${app.url}/endpoint`, [
      ['host', 'orders.example.com'],
      ['authorization', `Bearer ${token}`],
      ['x-forwarded-client-cert', forwarded],
    ]);
    expect(rejections()).toMatchObject([
      {
        code: 'proof_missing',
        detail:
          'host "orders.example.com": not in trustedCertHosts; the caller must use a host that is, on Cloud Foundry the .cert. host of the app',
      },
    ]);
    const log = logger.lines.join('\n');
    for (const secret of [...token.split('.'), forwarded.slice(0, 60)]) expect(log).not.toContain(secret);
  });

  it('is silent about requests that pass', async () => {
    await call(await trusted.landscape.tenant.issueToken());
    expect(rejections()).toEqual([]);
  });

  it('bounds and sanitises what a caller can put into an entry', async () => {
    await call(
      await trusted.landscape.tenant.issueToken({
        claims: { azp: `evil\n[Nest] LOG all is well ${'x'.repeat(1_000)}` },
        header: { kid: { toString: 'x' } },
      }),
    );
    const [{ client, kid }] = rejections() as [{ client: string; kid?: string }];
    expect(client).toMatch(/^evil\?\[Nest\]\?LOG\?all\?is\?well\?x{35,}$/);
    expect(client).toHaveLength(64);
    expect(kid).toBeUndefined();
  });

  it('is limited, and says how many entries it left out', async () => {
    for (let index = 0; index < 50; index += 1) await call('forged');
    expect(rejections()).toHaveLength(20);
    now += 1_000;
    await call('forged');
    expect(rejections().at(-1)).toMatchObject({ code: 'token_malformed', suppressed: 30 });
  });
});
