import { inspect } from 'node:util';
import { decodeJwt } from 'jose';
import { describe, expect, it } from 'vitest';
import { IasTokenProvider } from '../src/index.js';
import { useOutbound } from './outbound-hooks.js';

const outbound = useOutbound({ providedApis: ['a', 'b'] });

async function startProvider(credentials?: unknown): Promise<IasTokenProvider> {
  return (await outbound.startModule(credentials === undefined ? {} : { credentials })).get(IasTokenProvider);
}

const forwardSeconds = (seconds: number) => outbound.forward(seconds);

describe('IasTokenProvider', () => {
  it('sends client_id and the certificate, but no secret', async () => {
    const tokens = await startProvider();
    const token = await tokens.getToken();

    const [request] = outbound.landscape.tenant.requests;
    expect(Object.fromEntries(request?.form ?? [])).toEqual({
      grant_type: 'client_credentials',
      client_id: outbound.landscape.application.clientId,
      app_tid: outbound.landscape.application.appTid,
    });
    expect(request?.headers.authorization).toBeUndefined();
    expect(request?.clientCertificateThumbprint).toBe(token.certificateThumbprint);
    expect(decodeJwt(token.value)).toMatchObject({ cnf: { 'x5t#S256': token.certificateThumbprint } });
    expect(token.expiresAt).toBe(token.obtainedAt + 3_600_000);
  });

  it('renews a valid token on request, and keeps it in use if that fails', async () => {
    const tokens = await startProvider();
    const first = await tokens.getToken();
    const [second, other] = await Promise.all([tokens.renewToken(), tokens.renewToken()]);
    expect(second).not.toBe(first);
    expect(other).toBe(second);
    expect(await tokens.getToken()).toBe(second);
    outbound.landscape.tenant.faults.add({ endpoint: 'token', kind: 'malformed' });
    await expect(tokens.renewToken()).rejects.toMatchObject({ code: 'token_response_malformed' });
    expect(await tokens.getToken()).toBe(second);
    await expect(tokens.renewToken({ signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'token_request_aborted',
    });
  });

  it('sends no request before the first call', async () => {
    await startProvider();
    expect(outbound.landscape.tenant.counters.handshakes).toBe(0);
  });

  it('resumes the TLS session on its next connection', async () => {
    const tokens = await startProvider();
    const { agent } = await tokens.getToken({ resource: ['urn:sap:identity:api:name:a'] });
    for (const socket of Object.values(agent.freeSockets).flat()) socket?.destroy();
    await tokens.getToken({ resource: ['urn:sap:identity:api:name:b'] });
    expect(outbound.landscape.tenant.counters).toMatchObject({ handshakes: 2, resumedSessions: 1 });
  });

  it('serves 100 concurrent callers with one token request on one connection', async () => {
    const tokens = await startProvider();
    const all = await Promise.all(Array.from({ length: 100 }, () => tokens.getToken()));
    expect(new Set(all).size).toBe(1);
    expect(outbound.landscape.tenant.counters).toMatchObject({ token: 1, handshakes: 1 });
  });

  it('returns the cached token while it is valid, and a new one after that', async () => {
    const tokens = await startProvider();
    const first = await tokens.getToken();
    forwardSeconds(2_000);
    expect(await tokens.getToken()).toBe(first);
    forwardSeconds(1_599);
    expect(await tokens.getToken()).not.toBe(first);
    expect(outbound.landscape.tenant.counters).toMatchObject({ token: 2, handshakes: 1 });
  });

  it('refreshes in the background before the token expires', async () => {
    const tokens = await startProvider();
    const first = await tokens.getToken();
    forwardSeconds(3_100);
    expect(await tokens.getToken()).toBe(first);
    await expect.poll(() => tokens.getToken()).not.toBe(first);
    expect(outbound.landscape.tenant.counters.token).toBe(2);
  });

  it('separates tokens for different resources, regardless of their order', async () => {
    const names = ['a', 'b'].map((name) => `urn:sap:identity:api:name:${name}`);
    const [a = '', b = ''] = names;
    const tokens = await startProvider();
    const own = await tokens.getToken();
    const one = await tokens.getToken({ resource: a });
    const two = await tokens.getToken({ resource: [b, a] });
    expect(new Set([own, one, two]).size).toBe(3);
    expect(await tokens.getToken({ resource: [a, b] })).toBe(two);
    expect(outbound.landscape.tenant.requests.map(({ form }) => form?.getAll('resource'))).toEqual([
      [],
      [a],
      [a, b],
    ]);
  });

  it('fetches a new token after an invalidation', async () => {
    const tokens = await startProvider();
    const first = await tokens.getToken();
    tokens.invalidate(first);
    expect(await tokens.getToken()).not.toBe(first);
  });

  it('aborts the wait of the caller whose signal aborts, but not the request for the others', async () => {
    const tokens = await startProvider();
    const controller = new AbortController();
    const aborted = tokens.getToken({ signal: controller.signal });
    const other = tokens.getToken();
    controller.abort();
    await expect(aborted).rejects.toMatchObject({ code: 'token_request_aborted' });
    await expect(other).resolves.toBeDefined();
    expect(outbound.landscape.tenant.counters.token).toBe(1);
  });

  it('authenticates with a client secret in the body', async () => {
    const tokens = await startProvider(await outbound.landscape.issueBinding({ type: 'SECRET' }));
    const token = await tokens.getToken();
    expect(token.certificateThumbprint).toBeUndefined();
    const [request] = outbound.landscape.tenant.requests;
    expect(request).toMatchObject({ status: 200 });
    expect(request?.form?.get('client_secret')).toBe('[redacted]');
    expect(request?.headers.authorization).toBeUndefined();
  });

  it('hides the token when inspected, serialized or printed', async () => {
    const tokens = await startProvider();
    const token = await tokens.getToken();
    const shown = [inspect(token, { depth: 9, showHidden: true }), JSON.stringify({ token }), String(token)];
    for (const text of shown) expect(text).not.toContain(token.value);
  });
});
