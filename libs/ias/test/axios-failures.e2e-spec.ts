import type { RequestListener } from 'node:http';
import { Readable } from 'node:stream';
import { inspect } from 'node:util';
import { firstValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { IasHttpModuleOptions } from '../src/axios/index.js';
import { get, startHttpService } from './http-service.js';
import { useOutbound, useRecordingServers } from './outbound-hooks.js';
import { answer, failureOf, invalidToken } from './recording-server.js';

const outbound = useOutbound({ providedApis: ['orders'] });
const servers = useRecordingServers();
const { received } = servers;
const listen = (listener: RequestListener) => servers.listen(listener);
const startClient = (options: IasHttpModuleOptions) => startHttpService(outbound, options);
const tokensSeen = () => received.map(({ headers }) => headers.authorization);

describe('a token that the receiver rejects', () => {
  it('is replaced once, and the call is repeated', async () => {
    let first: string | undefined;
    const http = await startClient({
      baseURL: await listen((request, response) => {
        first ??= request.headers.authorization;
        const rejected = request.headers.authorization === first;
        answer(rejected ? 401 : 200, rejected ? invalidToken : {})(request, response);
      }),
    });
    expect((await get(http)).status).toBe(200);
    expect(new Set(tokensSeen()).size).toBe(2);
    expect(outbound.landscape.tenant.counters.token).toBe(2);
  });

  it('causes few token requests even if every token is rejected', async () => {
    const http = await startClient({ baseURL: await listen(answer(401, invalidToken)) });
    for (let call = 0; call < 20; call++) {
      expect(await failureOf(get(http))).toMatchObject({ code: 'downstream_rejected', status: 401 });
    }
    expect(outbound.landscape.tenant.counters.token).toBe(2);
    outbound.forward(30);
    await failureOf(get(http));
    expect(outbound.landscape.tenant.counters.token).toBe(3);
  });

  it.each([
    ['set forward, not before 30 s have passed', 60],
    ['set back, once 30 s have passed', -60],
  ])('is replaced again after the wall clock was %s', async (_, step) => {
    const http = await startClient({ baseURL: await listen(answer(401, invalidToken)) });
    // The certificate must be valid after the step, too.
    outbound.forward(60);
    await failureOf(get(http));
    outbound.stepWallClock(step);
    await failureOf(get(http));
    expect(outbound.landscape.tenant.counters.token).toBe(2);
    outbound.forward(30);
    await failureOf(get(http));
    expect(outbound.landscape.tenant.counters.token).toBe(3);
  });

  it('is not replaced after another rejection, and a stream is not sent twice', async () => {
    const http = await startClient({ baseURL: await listen(answer(401, { 'www-authenticate': 'Bearer' })) });
    await failureOf(get(http));
    expect(received).toHaveLength(1);

    const streaming = await startClient({ baseURL: await listen(answer(401, invalidToken)) });
    await failureOf(firstValueFrom(streaming.post('/orders', Readable.from(['x']))));
    expect(received).toHaveLength(2);
  });

  it.each([
    ['an object', { article: 'ü' }, 'application/json'],
    ['bytes', new TextEncoder().encode('{"article":"ü"}'), 'application/x-www-form-urlencoded'],
    ['a buffer', new TextEncoder().encode('{"article":"ü"}').buffer, 'application/x-www-form-urlencoded'],
    ['a blob', new Blob(['{"article":"ü"}'], { type: 'application/json' }), 'application/json'],
  ])('does not change the body of the repeated call: %s', async (_, article, type) => {
    const bodies: string[] = [];
    const http = await startClient({
      baseURL: await listen((request, response) => {
        const chunks: Buffer[] = [];
        request.on('data', (chunk: Buffer) => chunks.push(chunk));
        request.on('end', () => {
          bodies.push(Buffer.concat(chunks).toString());
          const retried = bodies.length > 1;
          answer(retried ? 200 : 401, retried ? {} : invalidToken)(request, response);
        });
      }),
    });
    await firstValueFrom(http.post('/orders', article));
    expect(bodies).toEqual(['{"article":"ü"}', '{"article":"ü"}']);
    expect(received[1]?.headers['content-type']).toBe(type);
  });
});

describe('failures', () => {
  it.each<[string, RequestListener, string, string]>([
    ['a broken connection', (_, response) => response.destroy(), 'downstream_unreachable', 'unavailable'],
    ['no response in time', () => undefined, 'downstream_timeout', 'timeout'],
    ['429', answer(429), 'downstream_overloaded', 'unavailable'],
    ['503', answer(503), 'downstream_overloaded', 'unavailable'],
    ['504', answer(504), 'downstream_timeout', 'timeout'],
    [
      '502 of the router',
      answer(502, { 'x-cf-routererror': 'endpoint_failure' }),
      'downstream_unreachable',
      'unavailable',
    ],
    ['403', answer(403), 'downstream_rejected', 'refused'],
    ['500', answer(500), 'downstream_failed', 'refused'],
    ['too much', answer(200, {}, 'x'.repeat(2_000)), 'downstream_malformed', 'refused'],
  ])('%s', async (_, listener, code, kind) => {
    const http = await startClient({
      baseURL: await listen(listener),
      timeout: 300,
      maxResponseBytes: 1_000,
    });
    const error = await failureOf(get(http));
    expect(error).toMatchObject({ code, kind });
    expect(error).not.toHaveProperty('cause');
    expect(inspect(error, { depth: 9, showHidden: true })).not.toMatch(/eyJ|PRIVATE KEY/);
  });

  it("aborts the wait for the token with the caller's signal, but not for others", async () => {
    outbound.landscape.tenant.faults.add({ endpoint: 'token', kind: 'latency', milliseconds: 500, times: 1 });
    const http = await startClient({ baseURL: await listen(answer(200)) });
    const controller = new AbortController();
    const call = failureOf(firstValueFrom(http.get('/orders', { signal: controller.signal })));
    const other = get(http);
    await expect.poll(() => outbound.landscape.tenant.counters.handshakes).toBe(1);
    controller.abort();
    expect((await call).code).toBe('downstream_aborted');
    expect(received).toEqual([]);
    expect((await other).status).toBe(200);
    expect(outbound.landscape.tenant.counters.token).toBe(1);
  });

  it("keep the caller's own signal", async () => {
    const http = await startClient({ baseURL: await listen(() => undefined) });
    const controller = new AbortController();
    const call = failureOf(firstValueFrom(http.get('/orders', { signal: controller.signal })));
    await expect.poll(() => received.length).toBe(1);
    controller.abort();
    expect((await call).code).toBe('downstream_aborted');
  });
});
