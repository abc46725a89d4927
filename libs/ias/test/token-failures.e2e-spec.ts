import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { inspect } from 'node:util';
import { startLandscape } from '@nest-ias/landscape';
import type { Fault } from '@nest-ias/landscape';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { IasTokenProvider, TokenRequestError } from '../src/index.js';
import type { IasModuleOptions } from '../src/index.js';
import { useOutbound } from './outbound-hooks.js';

const outbound = useOutbound();

beforeEach(() => {
  outbound.random = 0;
});
afterEach(() => {
  vi.useRealTimers();
});

const startProvider = async (options: IasModuleOptions = {}) =>
  (await outbound.startModule(options)).get(IasTokenProvider);

async function failureOf(tokens: IasTokenProvider): Promise<TokenRequestError> {
  const reason: unknown = await tokens.getToken().catch((error: unknown) => error);
  if (reason instanceof TokenRequestError) return reason;
  throw new Error(`no TokenRequestError: ${inspect(reason)}`);
}

const token = { endpoint: 'token' } as const;
const jwt = (claims: unknown) => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`;
const body = (change: object) =>
  JSON.stringify({ access_token: 'opaque', token_type: 'Bearer', expires_in: 3600, ...change });

describe('hostile responses', () => {
  it.each<[string, Fault, string, string]>([
    ['incomplete JSON', { ...token, kind: 'malformed' }, 'token_response_malformed', 'refused'],
    ['HTML', { ...token, kind: 'malformed', body: '<html>' }, 'token_response_malformed', 'refused'],
    [
      'no token',
      { ...token, kind: 'malformed', body: body({ access_token: undefined }) },
      'token_response_malformed',
      'refused',
    ],
    [
      'a negative expires_in',
      { ...token, kind: 'malformed', body: body({ expires_in: -5 }) },
      'token_response_malformed',
      'refused',
    ],
    [
      'a MAC token',
      { ...token, kind: 'malformed', body: body({ token_type: 'mac' }) },
      'token_type_unsupported',
      'refused',
    ],
    [
      'a token bound to a foreign certificate',
      { ...token, kind: 'malformed', body: body({ access_token: jwt({ cnf: { 'x5t#S256': 'foreign' } }) }) },
      'token_not_bound',
      'refused',
    ],
    [
      'more than 64 KiB',
      { ...token, kind: 'oversized', bytes: 70_000 },
      'token_response_too_large',
      'refused',
    ],
    [
      'a redirect',
      { ...token, kind: 'redirect', location: 'https://evil.example/' },
      'token_endpoint_redirected',
      'refused',
    ],
    ['another protocol', { ...token, kind: 'break', how: 'upgrade' }, 'token_response_malformed', 'refused'],
    ['403 that is not JSON', { ...token, kind: 'status', status: 403 }, 'token_request_rejected', 'refused'],
  ])('%s: one request, one typed error', async (_, fault, code, kind) => {
    const tokens = await startProvider();
    outbound.landscape.tenant.faults.add(fault);
    const error = await failureOf(tokens);
    expect(error).toMatchObject({
      code,
      kind,
      message: expect.stringContaining(outbound.landscape.tenant.url),
    });
    expect(error.message).toMatch(/; .+\.$/);
    expect(outbound.landscape.tenant.counters.token).toBe(1);
  });

  it('an unbound token, if bound tokens are required', async () => {
    const tokens = await startProvider({ requireBoundTokens: true });
    outbound.landscape.tenant.faults.add({ ...token, kind: 'malformed', body: body({}) });
    expect((await failureOf(tokens)).code).toBe('token_not_bound');
  });

  it('an expired server certificate', async () => {
    const tokens = await startProvider();
    outbound.landscape.tenant.faults.add({ endpoint: 'connection', kind: 'expired-certificate' });
    expect(await failureOf(tokens)).toMatchObject({
      code: 'token_endpoint_untrusted',
      message: expect.stringContaining('CERT_HAS_EXPIRED'),
    });
  });

  it('an untrusted authority', async () => {
    const other = await startLandscape({ now: () => outbound.now });
    const tokens = await startProvider({ credentials: await other.issueBinding({ type: 'X509_GENERATED' }) });
    expect(await failureOf(tokens)).toMatchObject({
      code: 'token_endpoint_untrusted',
      message: expect.stringContaining('IAS_CA_FILE'),
    });
    await other.stop();
  });

  it.each<[string, Fault]>([
    ['late', { ...token, kind: 'latency', milliseconds: 60_000 }],
    ['byte by byte', { ...token, kind: 'drip', milliseconds: 50 }],
  ])('a response that arrives %s ends at the deadline', async (_, fault) => {
    const tokens = await startProvider({ tokenRequestTimeout: 300 });
    outbound.landscape.tenant.faults.add(fault);
    expect(await failureOf(tokens)).toMatchObject({ code: 'token_endpoint_timeout', kind: 'timeout' });
  });

  it('many requests that wait for a silent tenant all end at their deadline', async () => {
    const tokens = await startProvider({ tokenRequestTimeout: 500 });
    outbound.landscape.tenant.faults.add({ ...token, kind: 'latency', milliseconds: 60_000 });
    const calls = Array.from({ length: 12 }, (_, index) => tokens.getToken({ resource: `urn:${index}` }));
    const started = performance.now();
    for (const { status } of await Promise.allSettled(calls)) expect(status).toBe('rejected');
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  it("a server that presents a client's certificate", async () => {
    const issued = await outbound.bind();
    const [key, cert] = [String(issued['key']), String(issued['certificate'])];
    const server = createTlsServer({ key, cert }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const host = `localhost:${(server.address() as AddressInfo).port}`;
    const tokens = await startProvider({
      credentials: { ...issued, url: `https://${host}`, domains: [host] },
    });
    expect(await failureOf(tokens)).toMatchObject({
      code: 'token_endpoint_untrusted',
      message: expect.stringContaining('INVALID_PURPOSE'),
    });
    server.close();
  });

  it('a server that does not speak TLS', async () => {
    const server = createServer((socket) => socket.end('HTTP/1.1 200 OK\r\n\r\n')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const issued = await outbound.bind();
    const host = `localhost:${port}`;
    const tokens = await startProvider({
      credentials: { ...issued, url: `https://${host}`, domains: [host] },
    });
    expect(await failureOf(tokens)).toMatchObject({ code: 'token_endpoint_unreachable' });
    server.close();
  });
});

describe('outages', () => {
  it.each<[string, Fault]>([
    ['reset connections', { ...token, kind: 'reset', times: 3 }],
    ['503', { ...token, kind: 'status', status: 503, times: 3 }],
    ['408', { ...token, kind: 'status', status: 408, times: 3 }],
    ['429', { ...token, kind: 'throttle', times: 3 }],
  ])('%s: the request is retried until the tenant answers', async (_, fault) => {
    const tokens = await startProvider();
    outbound.landscape.tenant.faults.add(fault);
    expect((await tokens.getToken()).value).toBeTruthy();
  });

  it('end in an error after four requests', async () => {
    const tokens = await startProvider();
    outbound.landscape.tenant.faults.add({ ...token, kind: 'status', status: 500 });
    expect(await failureOf(tokens)).toMatchObject({
      code: 'token_endpoint_unavailable',
      kind: 'unavailable',
    });
    expect(outbound.landscape.tenant.counters.token).toBe(4);
  });

  it('are not retried if the tenant asks to wait longer than the deadline', async () => {
    const tokens = await startProvider();
    outbound.landscape.tenant.faults.add({ ...token, kind: 'throttle', retryAfter: 11 });
    expect(await failureOf(tokens)).toMatchObject({ code: 'token_endpoint_overloaded', retryAfter: 11_000 });
    expect(outbound.landscape.tenant.counters.token).toBe(1);
  });

  it('delay the retry as long as the tenant asks', async () => {
    const tokens = await startProvider();
    outbound.landscape.tenant.faults.add({ ...token, kind: 'throttle', retryAfter: 7, times: 1 });
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const waiting = tokens.getToken();
    await vi.waitFor(() => expect(vi.getTimerCount()).toBeGreaterThan(0));
    await expect.poll(() => outbound.landscape.tenant.counters.token).toBe(1);
    await vi.advanceTimersByTimeAsync(7_000);
    vi.useRealTimers();
    expect((await waiting).value).toBeTruthy();
    expect(outbound.landscape.tenant.counters.token).toBe(2);
  });

  it('open the circuit after ten consecutive failures, until a request succeeds again', async () => {
    const tokens = await startProvider();
    outbound.landscape.tenant.faults.add({ ...token, kind: 'status', status: 500 });
    const codes = [];
    for (const _ of [1, 2, 3, 4]) codes.push((await failureOf(tokens)).code);
    expect(codes).toEqual([
      'token_endpoint_unavailable',
      'token_endpoint_unavailable',
      'token_endpoint_circuit_open',
      'token_endpoint_circuit_open',
    ]);
    expect(outbound.landscape.tenant.counters.token).toBe(10);

    outbound.landscape.tenant.faults.clear();
    outbound.forward(5);
    expect((await tokens.getToken()).value).toBeTruthy();
  });

  it('do not keep the circuit open longer when the wall clock is set back', async () => {
    const tokens = await startProvider();
    // The certificate of the binding is still valid after the step back.
    outbound.forward(3_000);
    outbound.landscape.tenant.faults.add({ ...token, kind: 'status', status: 500 });
    for (const _ of [1, 2, 3]) await failureOf(tokens);
    outbound.landscape.tenant.faults.clear();
    outbound.stepWallClock(-3_000);
    expect((await failureOf(tokens)).code).toBe('token_endpoint_circuit_open');
    outbound.forward(5);
    expect((await tokens.getToken()).value).toBeTruthy();
  });

  it('do not affect callers while a token is valid', async () => {
    const tokens = await startProvider();
    const current = await tokens.getToken();
    outbound.landscape.tenant.faults.add({ ...token, kind: 'reset' });
    for (const _ of [1, 2, 3]) {
      outbound.forward(1_150);
      expect(await tokens.getToken()).toBe(current);
    }
  });
});

describe('a rejected client', () => {
  const refusals = () =>
    outbound.landscape.tenant.requests.filter(({ refusal }) => refusal === 'certificate_revoked');

  it('is not sent again for 15 minutes', async () => {
    const credentials = await outbound.bind();
    outbound.landscape.tenant.revokeCertificate(String(credentials['certificate']));
    const tokens = await startProvider({ credentials });

    const refused = await failureOf(tokens);
    expect(refused).toMatchObject({
      code: 'client_rejected',
      kind: 'refused',
      message: expect.stringContaining(`${outbound.landscape.tenant.url}: it answered 401 invalid_client`),
    });
    expect(await failureOf(tokens)).toMatchObject({ code: 'client_cooling_down', kind: 'unavailable' });
    expect(refusals()).toHaveLength(1);

    outbound.forward(15 * 60);
    expect((await failureOf(tokens)).code).toBe('client_rejected');
    expect(refusals()).toHaveLength(2);
  });

  it('does not cool down longer when the wall clock is set back', async () => {
    const credentials = await outbound.bind();
    outbound.landscape.tenant.revokeCertificate(String(credentials['certificate']));
    const tokens = await startProvider({ credentials });
    outbound.forward(3_000);
    await failureOf(tokens);
    outbound.stepWallClock(-3_000);
    const cooling = await failureOf(tokens);
    expect(cooling.code).toBe('client_cooling_down');
    expect(cooling.message).toContain(new Date(outbound.now + 15 * 60_000).toISOString());
    outbound.forward(15 * 60);
    expect((await failureOf(tokens)).code).toBe('client_rejected');
  });

  it('is not sent often enough to lock it, even with many concurrent calls', async () => {
    const credentials = await outbound.bind();
    outbound.landscape.tenant.revokeCertificate(String(credentials['certificate']));
    const tokens = await startProvider({ credentials });
    const calls = Array.from({ length: 20 }, (_, index) => tokens.getToken({ resource: `urn:${index}` }));
    const codes = (await Promise.allSettled(calls)).map(
      (outcome) => outcome.status === 'rejected' && (outcome.reason as TokenRequestError).code,
    );
    expect(refusals().length).toBeLessThan(5);
    expect(codes.filter((code) => code === 'client_cooling_down')).toHaveLength(20 - refusals().length);
  });

  it('is reported without key, certificate or request', async () => {
    const credentials = await outbound.bind();
    outbound.landscape.tenant.revokeCertificate(String(credentials['certificate']));
    const error = await failureOf(await startProvider({ credentials }));
    expect(inspect(error, { depth: 9, showHidden: true })).not.toMatch(/PRIVATE KEY|CERTIFICATE-----/);
    expect(error).not.toHaveProperty('cause');
  });
});
