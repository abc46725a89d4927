import { Agent, request } from 'node:https';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { requestToken, send } from '../../test/https-client.js';
import { type Fault, type IdentityCredentials, type Landscape, startLandscape } from '../index.js';

interface Outcome {
  readonly status: number;
  readonly text: string;
  readonly chunks: number;
  /** Seconds by which `iat` is in the future. */
  readonly ahead: number;
  readonly error?: string | undefined;
}

function aheadOf(text: string): number {
  const token = /"access_token":"([\w.-]+)"/.exec(text)?.[1];
  return token === undefined ? 0 : (decodeJwt(token).iat ?? 0) - Date.now() / 1000;
}

describe('faults', () => {
  let landscape: Landscape;
  let binding: IdentityCredentials;

  beforeAll(async () => {
    landscape = await startLandscape();
    binding = await landscape.issueBinding({ type: 'X509_GENERATED' });
  });
  beforeEach(() => landscape.tenant.reset());
  afterAll(async () => landscape.stop());

  /** Sends one token request over a new connection and returns its outcome. */
  const ask = async (path = '/oauth2/token'): Promise<Outcome> => {
    const failed = { status: 0, text: '', chunks: 0, ahead: 0 };
    const form = `grant_type=client_credentials&client_id=${binding.clientid}`;
    return new Promise((resolve) => {
      const outgoing = request(`${binding.url}${path}`, {
        method: path === '/oauth2/token' ? 'POST' : 'GET',
        agent: false,
        ca: landscape.ca.pem,
        cert: binding.certificate,
        key: binding.key,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      });
      outgoing.once('error', ({ code }: NodeJS.ErrnoException) => resolve({ ...failed, error: code }));
      outgoing.once('response', (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.once('end', () => {
          const text = Buffer.concat(chunks).toString();
          resolve({
            status: answer.statusCode ?? 0,
            text,
            chunks: chunks.length,
            ahead: aheadOf(text),
          });
        });
      });
      outgoing.end(path === '/oauth2/token' ? form : undefined);
    });
  };

  const token = async () => requestToken(landscape, binding);

  it.each<[Fault, number, Record<string, unknown>]>([
    [{ endpoint: 'token', kind: 'throttle' }, 429, { 'retry-after': undefined }],
    [{ endpoint: 'token', kind: 'throttle', retryAfter: 7 }, 429, { 'retry-after': '7' }],
    [{ endpoint: 'token', kind: 'status', status: 503 }, 503, {}],
    [
      { endpoint: 'token', kind: 'redirect', location: 'https://e.example/' },
      307,
      { location: 'https://e.example/' },
    ],
    [
      { endpoint: 'token', kind: 'redirect', location: 'https://e.example/\u0442' },
      307,
      { location: 'https://e.example/%D1%82' },
    ],
  ])('answers %o', async (fault, status, headers) => {
    landscape.tenant.faults.add(fault);
    const answer = await token();
    expect(answer.status).toBe(status);
    expect(answer.headers).toMatchObject(
      Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined)),
    );
    expect('retry-after' in answer.headers).toBe(headers['retry-after'] !== undefined);
    expect(landscape.tenant.requests.at(-1)?.status).toBe(status);
  });

  it('answers truncated JSON, any other text, or too many bytes', async () => {
    landscape.tenant.faults.add({ endpoint: 'token', kind: 'malformed', times: 1 });
    landscape.tenant.faults.add({ endpoint: 'token', kind: 'malformed', body: 'null', times: 1 });
    landscape.tenant.faults.add({ endpoint: 'token', kind: 'oversized', bytes: 2_000_000, times: 1 });
    const [broken, nothing, huge] = [await token(), await token(), await token()];
    expect(() => broken.json()).toThrow(SyntaxError);
    expect(nothing.json()).toBeNull();
    expect(huge.text.length).toBeGreaterThan(2_000_000);
  });

  it('applies one fault after the other, to the next requests only', async () => {
    landscape.tenant.faults.add({ endpoint: 'token', kind: 'throttle', times: 2 });
    landscape.tenant.faults.add({ endpoint: 'token', kind: 'status', status: 500, times: 1 });
    const statuses: number[] = [];
    for (const _ of [1, 2, 3, 4]) statuses.push((await token()).status);
    expect(statuses).toEqual([429, 429, 500, 200]);
    expect(landscape.tenant.faults.list()).toEqual([]);
  });

  describe.each<[string, Fault, (answer: Outcome) => boolean]>([
    ['drip', { endpoint: 'jwks', kind: 'drip', milliseconds: 0 }, ({ chunks }) => chunks > 10],
    ['reset', { endpoint: 'token', kind: 'reset' }, ({ error }) => error === 'ECONNRESET'],
    ['break', { endpoint: 'token', kind: 'break', how: 'close' }, ({ error }) => error === 'ECONNRESET'],
    ['throttle', { endpoint: 'token', kind: 'throttle' }, ({ status }) => status === 429],
    ['status', { endpoint: 'token', kind: 'status', status: 502 }, ({ status }) => status === 502],
    ['malformed', { endpoint: 'token', kind: 'malformed', body: '{' }, ({ text }) => text === '{'],
    ['oversized', { endpoint: 'token', kind: 'oversized', bytes: 9000 }, ({ text }) => text.length > 9000],
    [
      'redirect',
      { endpoint: 'token', kind: 'redirect', location: 'https://e.example/' },
      ({ status }) => status === 307,
    ],
    ['clock-skew', { endpoint: 'token', kind: 'clock-skew', seconds: 900 }, ({ ahead }) => ahead > 800],
    [
      'expired-certificate',
      { endpoint: 'connection', kind: 'expired-certificate' },
      ({ error }) => error === 'CERT_HAS_EXPIRED',
    ],
  ])('of the kind %s', (_, fault, isFaulty) => {
    it('applies to the next requests only, or until it is cleared', async () => {
      const path = fault.endpoint === 'jwks' ? '/oauth2/certs' : '/oauth2/token';
      const askThrice = async () => {
        const outcomes = [await ask(path), await ask(path), await ask(path)];
        return outcomes.map(isFaulty);
      };
      landscape.tenant.faults.add({ ...fault, times: 2 });
      expect(await askThrice()).toEqual([true, true, false]);
      landscape.tenant.faults.add(fault);
      expect(await askThrice()).toEqual([true, true, true]);
      landscape.tenant.faults.clear();
      expect(isFaulty(await ask(path))).toBe(false);
    });
  });

  it('applies until it is cleared, and to its endpoint only', async () => {
    landscape.tenant.faults.add({ endpoint: 'jwks', kind: 'status', status: 503 });
    const jwks = async () => (await send(`${landscape.tenant.url}/oauth2/certs`, { landscape })).status;
    expect([await jwks(), await jwks(), (await token()).status]).toEqual([503, 503, 200]);
    landscape.tenant.faults.clear();
    expect(await jwks()).toBe(200);
  });

  it('ends the connection without an answer', async () => {
    landscape.tenant.faults.add({ endpoint: 'token', kind: 'reset', times: 1 });
    // A clean end would be "socket hang up" instead of a reset.
    await expect(token()).rejects.toMatchObject({ code: 'ECONNRESET', syscall: 'read' });
    expect((await token()).status).toBe(200);
  });

  it('delays an answer, and sends one byte by byte, complete', async () => {
    landscape.tenant.faults.add({ endpoint: 'discovery', kind: 'latency', milliseconds: 60, times: 1 });
    landscape.tenant.faults.add({ endpoint: 'discovery', kind: 'drip', milliseconds: 0, times: 1 });
    const url = `${landscape.tenant.url}/.well-known/openid-configuration`;
    const began = performance.now();
    expect((await send(url, { landscape })).status).toBe(200);
    expect(performance.now() - began).toBeGreaterThan(55);
    expect((await send(url, { landscape })).json()).toHaveProperty('issuer');
  });

  it('delays every answer until it is cleared', async () => {
    landscape.tenant.faults.add({ endpoint: 'jwks', kind: 'latency', milliseconds: 40 });
    const elapsed = async () => {
      const began = performance.now();
      await send(`${landscape.tenant.url}/oauth2/certs`, { landscape });
      return performance.now() - began;
    };
    expect(Math.min(await elapsed(), await elapsed(), await elapsed())).toBeGreaterThan(35);
    landscape.tenant.faults.clear();
    expect(landscape.tenant.faults.list()).toEqual([]);
  });

  it('does not prevent the landscape from stopping during a delay', async () => {
    const own = await startLandscape();
    own.tenant.faults.add({ endpoint: 'discovery', kind: 'latency', milliseconds: 600_000 });
    const url = `${own.tenant.url}/.well-known/openid-configuration`;
    const hanging = send(url, { landscape: own }).catch((error: unknown) => error);
    while (own.tenant.counters.discovery === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await own.stop();
    expect(await hanging).toBeInstanceOf(Error);
  });

  it('sets the clock of the tenant forward', async () => {
    landscape.tenant.faults.add({ endpoint: 'token', kind: 'clock-skew', seconds: 600, times: 1 });
    const { iat } = decodeJwt(String((await token()).json()['access_token']));
    expect(Math.abs((iat ?? 0) - Date.now() / 1000 - 600)).toBeLessThan(5);
  });

  it('presents an expired server certificate, also to clients that could resume a session', async () => {
    const agent = new Agent({ keepAlive: false, maxCachedSessions: 10 });
    const url = `${landscape.tenant.url}/oauth2/certs`;
    expect((await send(url, { landscape, agent })).status).toBe(200);
    landscape.tenant.faults.add({ endpoint: 'connection', kind: 'expired-certificate', times: 1 });
    await expect(send(url, { landscape, agent })).rejects.toMatchObject({ code: 'CERT_HAS_EXPIRED' });
    expect((await send(url, { landscape, agent })).status).toBe(200);
    agent.destroy();
  });
});
