import { decodeJwt } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { requestToken, send, sendPlain } from '../../test/https-client.js';
import { IAS_LIMITS, type IdentityCredentials, type Landscape, startLandscape } from '../index.js';

const MINUTE = 60_000;

describe('limits', () => {
  let time: number;
  let landscape: Landscape;
  let binding: IdentityCredentials;

  beforeEach(async () => {
    time = Date.now();
    landscape = await startLandscape({ now: () => time });
    binding = await landscape.issueBinding({ type: 'X509_GENERATED' });
  });
  afterEach(async () => landscape.stop());

  const keys = async () => (await send(`${landscape.tenant.url}/oauth2/certs`, { landscape })).status;
  const discovery = async () =>
    (await send(`${landscape.tenant.url}/.well-known/openid-configuration`, { landscape })).status;
  const token = async () => (await requestToken(landscape, binding)).status;
  const refusal = () => landscape.tenant.requests.at(-1)?.refusal;

  it('have the values of IAS in IAS_LIMITS', () => {
    expect(IAS_LIMITS).toEqual({
      requestsPerMinute: 1000,
      requestsPerSecondOfAddress: 50,
      failedAttempts: 5,
    });
  });

  it('do not apply by default', async () => {
    const secret = await landscape.issueBinding({ type: 'SECRET' });
    for (let attempt = 0; attempt < 60; attempt += 1) {
      expect((await requestToken(landscape, secret, { client_secret: 'wrong' })).status).toBe(401);
    }
    expect(landscape.tenant.lockedClients).toEqual([]);
    expect(await token()).toBe(200);
  });

  describe('of requests', () => {
    it('count requests for tokens and keys together, per minute', async () => {
      landscape.tenant.limit({ requestsPerMinute: 3 });
      expect([await token(), await keys(), await token()]).toEqual([200, 200, 200]);
      expect([await token(), await keys(), await discovery()]).toEqual([429, 429, 200]);
      time += MINUTE - 1;
      expect(await token()).toBe(429);
      expect(refusal()).toBe('limit_of_tenant_exceeded');
      time += 1;
      expect(await token()).toBe(200);
    });

    it('answer 429 without Retry-After', async () => {
      landscape.tenant.limit({ requestsPerMinute: 1 });
      await token();
      const answer = await requestToken(landscape, binding);
      expect(answer.status).toBe(429);
      expect(answer.headers).not.toHaveProperty('retry-after');
    });

    it('count all requests of an address, per second', async () => {
      landscape.tenant.limit({ requestsPerSecondOfAddress: 2 });
      expect([await discovery(), await token(), await discovery()]).toEqual([200, 200, 429]);
      expect(refusal()).toBe('limit_of_address_exceeded');
      time += 1000;
      expect(await discovery()).toBe(200);
    });

    it('apply to one tenant, and can apply from its start', async () => {
      const other = await landscape.addTenant({ limits: { requestsPerMinute: 1 } });
      const ask = async () => (await send(`${other.url}/oauth2/certs`, { landscape })).status;
      expect([await ask(), await ask(), await keys()]).toEqual([200, 429, 200]);
      other.reset();
      expect([await ask(), await ask()]).toEqual([200, 429]);
    });

    it('do not count as a request that has a fault', async () => {
      landscape.tenant.limit({ requestsPerMinute: 1 });
      await token();
      landscape.tenant.faults.add({ endpoint: 'token', kind: 'status', status: 503, times: 1 });
      expect(await token()).toBe(429);
      landscape.tenant.limit({});
      expect([await token(), await token()]).toEqual([503, 200]);
    });
  });

  describe('of failed attempts', () => {
    const fail = async (times: number) => {
      const stranger = await landscape.issueCertificate({ commonName: 'stranger' });
      for (let attempt = 0; attempt < times; attempt += 1) {
        expect((await requestToken(landscape, { ...binding, ...stranger })).status).toBe(401);
      }
    };

    beforeEach(() => landscape.tenant.limit({ failedAttempts: 5 }));

    it('lock a client for an hour, even with valid credentials', async () => {
      await fail(4);
      expect(await token()).toBe(200);
      await fail(5);
      expect([await token(), refusal()]).toEqual([401, 'client_locked']);
      expect(landscape.tenant.lockedClients).toEqual([binding.clientid]);
      time += 60 * MINUTE - 1;
      expect(await token()).toBe(401);
      time += 1;
      expect(await token()).toBe(200);
    });

    it('do not count attempts before there was a limit', async () => {
      landscape.tenant.limit({});
      await fail(5);
      landscape.tenant.limit({ failedAttempts: 5 });
      await fail(4);
      expect(await token()).toBe(200);
    });

    it('lock neither another client nor an unknown one', async () => {
      const other = await landscape.issueBinding(
        { type: 'X509_GENERATED' },
        landscape.tenant.addApplication(),
      );
      await fail(5);
      for (const _ of [1, 2, 3, 4, 5]) await requestToken(landscape, { ...binding, clientid: 'nobody' });
      expect((await requestToken(landscape, other)).status).toBe(200);
      expect(landscape.tenant.lockedClients).toEqual([binding.clientid]);
    });

    it('are cleared when a client is unlocked', async () => {
      await fail(5);
      landscape.tenant.unlock(binding.clientid);
      await fail(4);
      expect(await token()).toBe(200);
    });

    it('are cleared on reset, together with the lock', async () => {
      await fail(5);
      landscape.tenant.reset();
      expect(landscape.tenant.lockedClients).toEqual([]);
      const answer = await requestToken(landscape, binding);
      expect(decodeJwt(String(answer.json()['access_token'])).sub).toBe(binding.clientid);
    });
  });

  describe('at run time', () => {
    const admin = async (method: string, path: string, body?: string) =>
      sendPlain(`${landscape.admin.url}${path}`, { method, ...(body === undefined ? {} : { body }) });

    it('are set, and a lock is cleared, through the admin endpoint', async () => {
      expect((await admin('PUT', '/limits', '{"failedAttempts":1}')).json()).toEqual({ failedAttempts: 1 });
      await requestToken(landscape, {
        ...binding,
        ...(await landscape.issueCertificate({ commonName: 'x' })),
      });
      expect(await token()).toBe(401);
      expect((await admin('GET', '/status')).json()['lockedClients']).toEqual([binding.clientid]);
      expect((await admin('DELETE', '/locks')).json()['lockedClients']).toEqual([]);
      expect(await token()).toBe(200);
    });

    it.each([
      ['{"requestsPerMinute":0}', 'requestsPerMinute: '],
      ['{"perMinute":1}', 'body: '],
      ['{', 'The body is not valid JSON.'],
    ])('are rejected when they are %s', async (body, error) => {
      const answer = await admin('PUT', '/limits', body);
      expect([answer.status, answer.json()['error']]).toEqual([400, expect.stringContaining(error)]);
    });
  });
});
