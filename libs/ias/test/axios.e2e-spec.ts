import type { RequestListener } from 'node:http';
import { Readable } from 'node:stream';
import { inspect } from 'node:util';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { HttpService } from '@nestjs/axios';
import { Injectable, Module } from '@nestjs/common';
import axios from 'axios';
import { firstValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { getIasHttpToken, IasHttpModule, InjectIasHttp } from '../src/axios/index.js';
import type { IasHttpModuleOptions } from '../src/axios/index.js';
import { useOutbound, useRecordingServers } from './outbound-hooks.js';
import { answer, failureOf, invalidToken } from './recording-server.js';

const outbound = useOutbound({ providedApis: ['orders'] });
const servers = useRecordingServers();
const { received } = servers;
const listen = (listener: RequestListener) => servers.listen(listener);

const encoded = (coding: string, body: Buffer) => answer(200, { 'content-encoding': coding }, body);
const get = async (http: HttpService, url = '/orders') => firstValueFrom(http.get<unknown>(url));
const tokensSeen = () => received.map(({ headers }) => headers.authorization);

@Injectable()
class Caller {
  constructor(readonly http: HttpService) {}
}

async function startClient(options: IasHttpModuleOptions): Promise<HttpService> {
  @Module({ imports: [IasHttpModule.register(options)], providers: [Caller] })
  class CallingModule {}
  const module = await outbound.startModule({}, [CallingModule]);
  return module.get(Caller, { strict: false }).http;
}

describe('IasHttpModule', () => {
  it('sends the token and the correlation id, and presents the certificate', async () => {
    const backend = await listen(answer(200, {}, '{"ok":true}'));
    const url = outbound.landscape.router.map('orders.cert.localhost', backend);
    const http = await startClient({ baseURL: url, correlationId: () => 'abc-123' });
    expect((await get(http)).data).toEqual({ ok: true });

    const [request] = received;
    expect(request?.headers).toMatchObject({
      authorization: expect.stringMatching(/^Bearer eyJ/),
      'x-correlation-id': 'abc-123',
      'x-forwarded-client-cert': expect.stringMatching(/^[A-Za-z0-9+/=]+$/),
    });
  });

  it('fetches one token for the resource for many calls', async () => {
    const http = await startClient({
      baseURL: await listen(answer(200)),
      resource: 'urn:sap:identity:api:name:orders',
    });
    for (const _ of [1, 2, 3]) await get(http);
    expect(outbound.landscape.tenant.requests.map(({ form }) => form?.getAll('resource'))).toEqual([
      ['urn:sap:identity:api:name:orders'],
    ]);
  });

  it.each(['https://evil.example/', '//evil.example/x', 'http://127.0.0.1:1/'])(
    'never sends the token to another origin: %s',
    async (url) => {
      const http = await startClient({ baseURL: await listen(answer(200)) });
      expect((await failureOf(get(http, url))).code).toBe('downstream_forbidden_target');
      expect(received).toEqual([]);
    },
  );

  it('never sends the token to a base URL in the options of a call, or hidden in parameters', async () => {
    const http = await startClient({ baseURL: await listen(answer(200)) });
    const other = await listen(answer(200));
    for (const config of [{ baseURL: other }, { baseURL: other, params: { a: 1 } }]) {
      const call = failureOf(firstValueFrom(http.get('/orders', config)));
      expect((await call).code).toBe('downstream_forbidden_target');
    }
    expect(received).toEqual([]);
  });

  it('follows no redirect', async () => {
    const other = await listen(answer(200));
    const http = await startClient({ baseURL: await listen(answer(302, { location: other })) });
    expect(await failureOf(get(http))).toMatchObject({ code: 'downstream_failed', status: 302 });
    expect(received).toHaveLength(1);
  });

  it('follows no redirect and uses no proxy even if a call asks for it', async () => {
    const elsewhere = await listen(answer(200));
    const http = await startClient({ baseURL: await listen(answer(302, { location: `${elsewhere}/x` })) });
    const { hostname, port } = new URL(elsewhere);
    for (const asked of [
      { maxRedirects: 5 },
      { maxRedirects: 5, decompress: true },
      { proxy: { host: hostname, port: Number(port) }, decompress: true },
    ]) {
      const call = firstValueFrom(http.get('/orders', asked));
      expect((await failureOf(call)).code).toBe('downstream_failed');
    }
    expect(received).toHaveLength(3);
  });

  it('hides tokens from interceptors of the app on axios itself, also in the second attempt', async () => {
    const seen: unknown[] = [];
    const interceptor = axios.interceptors.request.use((config) => {
      seen.push(config.url);
      return config;
    });
    const http = await startClient({
      baseURL: await listen((request, response) =>
        answer(received.length === 1 ? 401 : 200, invalidToken)(request, response),
      ),
    });
    await get(http);
    axios.interceptors.request.eject(interceptor);
    expect(received).toHaveLength(2);
    expect(seen).toEqual([]);
  });

  it.each([
    'http://orders.example',
    'ftp://localhost',
    'no URL',
    'https://user:secret@orders.example',
    'https://user:secret@orders.example:port',
  ])('rejects an insecure base URL without repeating a password: %s', async (baseURL) => {
    await expect(startClient({ baseURL })).rejects.toMatchObject({
      code: 'configuration_invalid',
      message: expect.not.stringContaining('secret'),
    });
  });
});

describe('requests and responses', () => {
  const text = JSON.stringify({ article: 'ü' });

  it.each<[string, (body: string) => Buffer]>([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ])('can be encoded as %s', async (coding, encode) => {
    const http = await startClient({ baseURL: await listen(encoded(coding, encode(text))) });
    expect((await get(http)).data).toEqual({ article: 'ü' });
    expect(received[0]?.headers['accept-encoding']).toContain(coding);
  });

  it.each<[string, RequestListener]>([
    ['grows beyond the limit', (...both) => encoded('gzip', gzipSync('x'.repeat(2_000)))(...both)],
    ['is broken', (...both) => encoded('gzip', Buffer.from('no gzip'))(...both)],
    ['is broken Brotli', (...both) => encoded('br', Buffer.from('no Brotli'))(...both)],
    ['has an unrequested coding', (...both) => encoded('compress', Buffer.from('x'))(...both)],
  ])('are rejected if the content %s', async (_, listener) => {
    const http = await startClient({ baseURL: await listen(listener), maxResponseBytes: 1_000 });
    expect((await failureOf(get(http))).code).toBe('downstream_malformed');
  });

  it('support bytes, streams, parameters and methods of axios', async () => {
    const http = await startClient({ baseURL: await listen(answer(200, {}, text)) });
    const bytes = await firstValueFrom(http.get<Buffer>('/orders', { responseType: 'arraybuffer' }));
    expect(bytes.data.equals(Buffer.from(text))).toBe(true);
    const stream = await firstValueFrom(http.get<Readable>('/orders', { responseType: 'stream' }));
    expect(Buffer.concat(await stream.data.toArray()).toString()).toBe(text);
    await firstValueFrom(http.get('orders', { params: { of: 'ü' } }));
    await firstValueFrom(http.delete('/orders/1?really'));
    expect(received.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'GET /orders',
      'GET /orders',
      'GET /orders?of=%C3%BC',
      'DELETE /orders/1?really',
    ]);
  });

  it('include the path of the base URL', async () => {
    const http = await startClient({ baseURL: `${await listen(answer(200))}/api/` });
    for (const path of ['/orders', 'orders', '']) await get(http, path);
    expect(received.map(({ url }) => url)).toEqual(['/api/orders', '/api/orders', '/api/']);
  });

  it('end with the subscription', async () => {
    const http = await startClient({ baseURL: await listen(() => undefined) });
    const subscription = http.get('/orders').subscribe();
    await expect.poll(() => received.length).toBe(1);
    subscription.unsubscribe();
    await expect.poll(() => received[0]?.socket.destroyed).toBe(true);
  });
});

describe('what axios adds', () => {
  it('honours validateStatus of a call, after the repetition with a newer token', async () => {
    const http = await startClient({ baseURL: await listen(answer(401, invalidToken, '{"why":1}')) });
    const { status, data } = await firstValueFrom(
      http.get<unknown>('/orders', { validateStatus: (code) => code === 401 }),
    );
    expect([status, data]).toEqual([401, { why: 1 }]);
    expect(new Set(tokensSeen()).size).toBe(2);
    const refused = firstValueFrom(http.get('/orders', { validateStatus: () => false }));
    expect(await failureOf(refused)).toMatchObject({ status: 401, body: '{"why":1}' });
  });

  it('takes 304 as a success', async () => {
    const http = await startClient({ baseURL: await listen(answer(304, {}, '')) });
    expect((await get(http)).status).toBe(304);
  });

  it('shows problem code and body of a failure, of a stream too', async () => {
    const http = await startClient({ baseURL: await listen(answer(403, {}, '{"code":"api_missing"}')) });
    for (const responseType of ['json', 'stream'] as const) {
      expect(await failureOf(firstValueFrom(http.get('/orders', { responseType })))).toMatchObject({
        problemCode: 'api_missing',
        body: '{"code":"api_missing"}',
      });
    }
  });

  it('sends forms', async () => {
    const bodies: string[] = [];
    const http = await startClient({
      baseURL: await listen((request, response) => {
        void (request.toArray() as Promise<Buffer[]>)
          .then((chunks) => bodies.push(Buffer.concat(chunks).toString()))
          .then(() => response.end());
      }),
    });
    const form = new FormData();
    form.set('a', 'ü');
    await firstValueFrom(http.post('/orders', form));
    await http.axiosRef.postForm('/orders', { a: 'ü' });
    await firstValueFrom(http.post('/orders', new URLSearchParams({ a: 'ü' })));
    const part = /form-data; name="a"\r\n\r\nü/;
    expect(bodies).toEqual([expect.stringMatching(part), expect.stringMatching(part), 'a=%C3%BC']);
    expect(received.map(({ headers }) => headers['content-type']?.split('=')[0])).toEqual([
      'multipart/form-data; boundary',
      'multipart/form-data; boundary',
      'application/x-www-form-urlencoded;charset',
    ]);
  });

  it('limits a call by its own timeout and size', async () => {
    const http = await startClient({
      baseURL: await listen((request, response) => {
        if (request.url === '/large') answer(200, {}, 'x'.repeat(100))(request, response);
      }),
    });
    expect((await failureOf(firstValueFrom(http.get('/slow', { timeout: 50 })))).code).toBe(
      'downstream_timeout',
    );
    const large = firstValueFrom(http.get('/large', { maxContentLength: 10 }));
    expect((await failureOf(large)).code).toBe('downstream_malformed');
    const unlimited = await firstValueFrom(http.get<string>('/large', { maxContentLength: Infinity }));
    expect(unlimited.data).toHaveLength(100);
  });

  it('leaves errors of interceptors of the app as they are', async () => {
    const http = await startClient({ baseURL: await listen(answer(200)) });
    http.axiosRef.interceptors.request.use(() => {
      throw new RangeError('of the app');
    });
    await expect(get(http)).rejects.toThrow(RangeError);
  });

  it('provides several services by name', async () => {
    @Injectable()
    class TwoTargets {
      constructor(
        readonly orders: HttpService,
        @InjectIasHttp('stock') readonly stock: HttpService,
      ) {}
    }
    @Module({
      imports: [
        IasHttpModule.register({ baseURL: 'http://localhost:1' }),
        IasHttpModule.registerAsync({ name: 'stock', useFactory: () => ({ baseURL: 'http://localhost:2' }) }),
      ],
      providers: [TwoTargets],
    })
    class CallingModule {}
    const module = await outbound.startModule({}, [CallingModule]);
    const { orders, stock } = module.get(TwoTargets, { strict: false });
    expect([orders, stock].map(({ axiosRef }) => axiosRef.defaults.baseURL)).toEqual([
      'http://localhost:1/',
      'http://localhost:2/',
    ]);
    expect(module.get(getIasHttpToken('stock'), { strict: false })).toBe(stock);
  });

  it('rejects two services without a name in one module', async () => {
    const register = () => IasHttpModule.register({ baseURL: 'http://localhost:1' });
    @Module({ imports: [register(), register()] })
    class OrdersModule {}
    await expect(outbound.startModule({}, [OrdersModule])).rejects.toThrow(
      'Two registrations of IasHttpModule in OrdersModule have no name',
    );
  });
});

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
