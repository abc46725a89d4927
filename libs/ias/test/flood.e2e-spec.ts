import fc from 'fast-check';
import { randomBytes, randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { decodeProtectedHeader } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startGuardedApp } from './guarded-app.js';
import type { GuardedApp } from './guarded-app.js';
import { startTrustedLandscape } from './trusting-landscape.js';
import type { TrustedLandscape } from './trusting-landscape.js';

const RUNS = 10_000;
const FORGED = 20_000;
const CONNECTIONS = 32;
const MEBIBYTE = 1_024 * 1_024;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function heapInUse(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed / MEBIBYTE;
}

const encode = (content: unknown) => Buffer.from(JSON.stringify(content)).toString('base64url');

describe('under a flood', () => {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  let trusted: TrustedLandscape;
  let app: GuardedApp;
  let honest: string;

  beforeAll(async () => {
    trusted = await startTrustedLandscape();
    app = await startGuardedApp({ ias: trusted.ias });
  });
  beforeEach(async () => {
    honest = await trusted.landscape.tenant.issueToken();
    await statusOf({ authorization: `Bearer ${honest}` });
    trusted.landscape.tenant.reset();
  });
  afterAll(async () => {
    agent.destroy();
    await app.close();
    await trusted.stop();
  });

  const statusOf = (headers: Record<string, string>) =>
    new Promise<number>((resolve, reject) => {
      const outgoing = request(`${app.url}/endpoint`, { agent, headers }, (response) => {
        response.resume();
        response.once('end', () => resolve(response.statusCode ?? 0));
      });
      outgoing.once('error', reject);
      outgoing.end();
    });

  it(`answers ${RUNS} generated headers with 400 or 401 and nothing else`, { timeout: 120_000 }, async () => {
    const [, payload = '', signature = ''] = honest.split('.');
    const legible = fc.string({
      unit: fc.integer({ min: 0x20, max: 0xff }).map((code) => String.fromCharCode(code)),
    });
    const sendable = legible.map((text) => text.replace(/\x7f/g, '').trim());
    const base64url = fc
      .uint8Array({ maxLength: 60 })
      .map((bytes) => Buffer.from(bytes).toString('base64url'));
    const jws = fc
      .tuple(fc.jsonValue(), fc.jsonValue(), base64url)
      .map(([header, claims, signed]) => `${encode(header)}.${encode(claims)}.${signed}`);
    const header = fc.record(
      {
        alg: fc.oneof(fc.constant('RS256'), fc.jsonValue()),
        kid: fc.oneof(fc.string(), fc.jsonValue()),
        crit: fc.jsonValue(),
      },
      { requiredKeys: ['alg', 'kid'] },
    );
    const altered = fc
      .tuple(fc.nat(honest.length - 1), fc.constantFrom(...Array.from('AZaz09-_.=+/ ,')))
      .filter(([position, character]) => honest[position] !== character)
      .map(([position, character]) => honest.slice(0, position) + character + honest.slice(position + 1));
    const token = fc.oneof(
      sendable,
      base64url,
      jws,
      header.map((content) => `${encode(content)}.${payload}.${signature}`),
      altered,
    );
    const authorization = fc.oneof(
      sendable.filter((value) => !/^bearer /i.test(value)),
      token.map((value) => `Bearer ${value}`.trim()),
      fc
        .tuple(fc.constantFrom('Bearer', 'bearer', 'BEARER', 'Basic', ''), token)
        .map((pair) => pair.join(' ').trim()),
    );
    const headers = fc.record(
      { authorization, 'x-forwarded-client-cert': fc.oneof(sendable, base64url) },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(headers, async (sent) => {
        expect([400, 401]).toContain(await statusOf(sent));
      }),
      { numRuns: RUNS },
    );
    expect(trusted.landscape.tenant.counters.jwks).toBeLessThanOrEqual(2);
  });

  it(
    `of ${FORGED} forged tokens it serves honest callers, asks the tenant next to nothing and keeps its memory`,
    {
      timeout: 120_000,
    },
    async () => {
      const { application, tenant } = trusted.landscape;
      const { kid } = decodeProtectedHeader(honest);
      const exp = Math.floor(Date.now() / 1_000) + 600;
      const forge = (index: number) => {
        const header = { alg: 'RS256', kid: index % 2 === 0 ? kid : randomUUID() };
        const parties = { azp: randomUUID(), app_tid: randomUUID(), azp_app_tid: randomUUID() };
        const claims = { iss: tenant.url, aud: application.clientId, exp, ...parties };
        return `${encode(header)}.${encode(claims)}.${randomBytes(256).toString('base64url')}`;
      };
      const statuses = new Map<string, number>();
      const count = (who: string, status: number) =>
        statuses.set(`${who} ${status}`, (statuses.get(`${who} ${status}`) ?? 0) + 1);
      const flood = async (from: number, to: number) => {
        let next = from;
        const worker = async () => {
          for (let index = next++; index < to; index = next++) {
            count('forged', await statusOf({ authorization: `Bearer ${forge(index)}` }));
            if (index % 100 === 0) count('honest', await statusOf({ authorization: `Bearer ${honest}` }));
          }
        };
        await Promise.all(Array.from({ length: CONNECTIONS }, worker));
      };
      await flood(0, FORGED / 10);
      const before = heapInUse();
      await flood(FORGED / 10, FORGED);
      expect(heapInUse() - before).toBeLessThan(8);
      expect(Object.fromEntries(statuses)).toEqual({ 'forged 401': FORGED, 'honest 200': FORGED / 100 });
      expect(tenant.counters.jwks + tenant.counters.discovery).toBeLessThanOrEqual(3);
    },
  );
});
