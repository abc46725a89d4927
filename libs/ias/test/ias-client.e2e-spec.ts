import type { RequestListener } from 'node:http';
import { Readable } from 'node:stream';
import { inspect } from 'node:util';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { Injectable, Module } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { getIasClientToken, IasClient, IasClientModule, InjectIasClient } from '../src/index.js';
import { useOutbound, useRecordingServers } from './outbound-hooks.js';
import { answer, failureOf, invalidToken, withBody } from './recording-server.js';

const outbound = useOutbound({
  providedApis: ['orders'],
  grantTypes: ['client_credentials', 'urn:ietf:params:oauth:grant-type:jwt-bearer'],
});
const servers = useRecordingServers();
const { received } = servers;
const listen = (listener: RequestListener) => servers.listen(listener);

const echo = withBody((body, _, response) => void response.end(body));

describe('IasClient', () => {
  it('sends the token and the correlation id, and presents the certificate', async () => {
    const backend = await listen(answer(200, {}, '{"ok":true}'));
    const url = outbound.landscape.router.map('orders.cert.localhost', backend);
    const client = await outbound.startClient({ baseURL: url, correlationId: () => 'abc-123' });
    const response = await client.get('/orders');
    expect([response.status, response.ok, response.json()]).toEqual([200, true, { ok: true }]);
    expect(received[0]?.headers).toMatchObject({
      authorization: expect.stringMatching(/^Bearer eyJ/),
      'x-correlation-id': 'abc-123',
      'x-forwarded-client-cert': expect.stringMatching(/^[A-Za-z0-9+/=]+$/),
    });
  });

  it('sends methods, parameters, JSON, forms and streams', async () => {
    const client = await outbound.startClient({ baseURL: `${await listen(echo)}/api/` });
    await client.get('orders?page=1', { query: { of: 'ü', tag: ['a', 'b'], none: undefined } });
    const json = await client.post('/orders', { json: { article: 'ü' } });
    const form = await client.put('/orders', { body: new URLSearchParams({ a: 'ü' }) });
    const stream = await client.patch('/orders', { body: Readable.from(['a', 'b']) });
    const parts = new FormData();
    parts.set('a', 'b');
    const multipart = await client.post('/orders', { body: parts });
    await client.delete('');
    expect(received.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'GET /api/orders?page=1&of=%C3%BC&tag=a&tag=b',
      'POST /api/orders',
      'PUT /api/orders',
      'PATCH /api/orders',
      'POST /api/orders',
      'DELETE /api/',
    ]);
    expect([json.json(), form.text(), stream.text()]).toEqual([{ article: 'ü' }, 'a=%C3%BC', 'ab']);
    expect(multipart.text()).toContain('form-data; name="a"\r\n\r\nb');
    expect(received.map(({ headers }) => headers['content-type']?.split(';')[0])).toEqual([
      undefined,
      'application/json',
      'application/x-www-form-urlencoded',
      undefined,
      'multipart/form-data',
      undefined,
    ]);
  });

  it.each<[string, (body: string) => Buffer]>([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ])('decodes %s, as a whole and as a stream', async (coding, encode) => {
    const body = encode('{"article":"ü"}');
    const client = await outbound.startClient({
      baseURL: await listen(answer(200, { 'content-encoding': coding }, body)),
    });
    expect((await client.get('/')).json()).toEqual({ article: 'ü' });
    const chunks = (await (await client.stream({ path: '/' })).body.toArray()) as Buffer[];
    expect(Buffer.concat(chunks).toString()).toBe('{"article":"ü"}');
  });

  it('limits the size of a response of the client, of a call and of a stream', async () => {
    const client = await outbound.startClient({
      baseURL: await listen(answer(200, {}, 'x'.repeat(2_000))),
      maxResponseBytes: 1_000,
    });
    expect((await failureOf(client.get('/'))).code).toBe('downstream_malformed');
    expect((await client.get('/', { maxResponseBytes: 2_000 })).bytes()).toHaveLength(2_000);
    const { body } = await client.stream({ path: '/' });
    await expect(body.toArray()).rejects.toMatchObject({
      name: 'DownstreamError',
      code: 'downstream_malformed',
    });
  });

  it.each(['https://evil.example/', '//evil.example/x', 'http://127.0.0.1:1/'])(
    'never sends the token to another origin: %s',
    async (path) => {
      const client = await outbound.startClient({ baseURL: await listen(answer(200)) });
      expect((await failureOf(client.get(path))).code).toBe('downstream_forbidden_target');
      expect(received).toEqual([]);
    },
  );

  it('follows no redirects', async () => {
    const client = await outbound.startClient({
      baseURL: await listen(answer(302, { location: '/elsewhere' })),
    });
    expect((await client.get('/')).status).toBe(302);
    expect(received).toHaveLength(1);
  });

  it('ends a call at its own time limit, and rejects an invalid one', async () => {
    const client = await outbound.startClient({ baseURL: await listen(() => undefined) });
    expect((await failureOf(client.get('/', { timeout: 50 }))).code).toBe('downstream_timeout');
    await expect(client.get('/', { timeout: 0 })).rejects.toMatchObject({ code: 'configuration_invalid' });
  });

  it.each<[string, Error | undefined, string, string]>([
    ['aborts', undefined, 'downstream_aborted', 'if that was not intended, check what aborts the signal'],
    [
      'times out',
      new DOMException('late', 'TimeoutError'),
      'downstream_timeout',
      'before the signal of this app timed out (it was sent, but not answered)',
    ],
  ])('ends with a signal that %s', async (_, reason, code, message) => {
    const controller = new AbortController();
    const client = await outbound.startClient({ baseURL: await listen(() => controller.abort(reason)) });
    const error = await failureOf(client.get('/', { signal: controller.signal }));
    expect(error.code).toBe(code);
    expect(error.message).toContain(message);
  });

  it('ends with a signal that timed out before', async () => {
    const client = await outbound.startClient({ baseURL: await listen(answer(200)) });
    const error = await failureOf(
      client.get('/', { signal: AbortSignal.abort(new DOMException('late', 'TimeoutError')) }),
    );
    expect(error.code).toBe('downstream_timeout');
    expect(received).toEqual([]);
  });
});

describe('responses that are no success', () => {
  const problem = (status: number, code: unknown, more = {}) =>
    answer(status, { 'content-type': 'application/problem+json', ...more }, JSON.stringify({ status, code }));

  it('are returned, and become an error with status, problem code and body on request', async () => {
    const client = await outbound.startClient({ baseURL: await listen(problem(409, 'order_exists')) });
    const response = await client.get('/');
    expect([response.status, response.ok, response.json()]).toEqual([
      409,
      false,
      { status: 409, code: 'order_exists' },
    ]);
    const error = await failureOf((async () => response.expectOk())());
    expect(error).toMatchObject({ code: 'downstream_failed', status: 409, problemCode: 'order_exists' });
    expect(error.body).toBe('{"status":409,"code":"order_exists"}');
    expect(error.message).toContain('409 order_exists');
    const failed = await failureOf((async () => (await client.stream({ path: '/' })).expectOk())());
    expect([failed.message, failed.body]).toEqual([error.message, error.body]);
  });

  it('a stream with a status of 2xx is returned, with its body unread', async () => {
    const client = await outbound.startClient({ baseURL: await listen(answer(200, {}, 'abc')) });
    const response = await client.stream({ path: '/' });
    expect(await response.expectOk()).toBe(response);
    expect(String(await response.body.toArray())).toBe('abc');
  });

  it.each<[object, number | undefined]>([
    [{ 'retry-after': '7' }, 7_000],
    [{ 'retry-after': '0' }, 0],
    [{ 'retry-after': '999999999' }, 86_400_000],
    [{ 'retry-after': '-1' }, undefined],
    [{ 'retry-after': 'soon' }, undefined],
    [{ 'retry-after': 'Wed, 25 Nov 2026 10:00:30 GMT', date: 'Wed, 25 Nov 2026 10:00:00 GMT' }, 30_000],
    [{ 'retry-after': 'Wed, 25 Nov 2026 10:00:30 GMT', date: 'x' }, undefined],
    [{}, undefined],
  ])('tell how long to wait: %j', async (headers, retryAfter) => {
    const client = await outbound.startClient({ baseURL: await listen(answer(429, headers)) });
    expect((await client.get('/')).toError()).toMatchObject({ code: 'downstream_overloaded', retryAfter });
  });

  it('show no body in logs, and keep only the beginning of it', async () => {
    const client = await outbound.startClient({
      baseURL: await listen(answer(500, {}, `secret${'x'.repeat(50_000)}`)),
    });
    const error = (await client.get('/')).toError();
    expect(error.body).toHaveLength(16_384);
    expect(inspect(error, { depth: 9, showHidden: true }) + JSON.stringify(error)).not.toContain('secret');
    expect((await (await client.stream({ path: '/' })).toError()).body).toHaveLength(16_384);
  });

  it.each([
    ['a token', 'eyJhbGciOiJSUzI1NiJ9.e30.x'],
    ['markup', '<b>'],
    ['no text', 5],
  ])('show no code that is %s', async (_, code) => {
    const client = await outbound.startClient({ baseURL: await listen(problem(401, code)) });
    const error = (await client.get('/')).toError();
    expect(error.problemCode).toBeUndefined();
    expect(error.message).toContain('answered 401, the token is not accepted');
  });

  it('differ for 401 and 403', async () => {
    const client = await outbound.startClient({ baseURL: await listen(problem(403, 'api_missing')) });
    const error = (await client.get('/')).toError();
    expect(error.code).toBe('downstream_rejected');
    expect(error.message).toMatch(
      /403 api_missing, the token is accepted, but lacks a permission.*resource.*ias_apis/,
    );
  });

  it('name the .cert. host if the app received no certificate', async () => {
    const backend = await listen(problem(401, 'proof_missing', invalidToken));
    const url = outbound.landscape.router.map('orders.example.localhost', backend);
    const { message } = (await (await outbound.startClient({ baseURL: url })).get('/')).toError();
    expect(message).toContain(`https://${new URL(url).host.replace('orders.', 'orders.cert.')}`);

    const certificates = outbound.landscape.router.map('orders.cert.localhost', backend);
    const other = (await (await outbound.startClient({ baseURL: certificates })).get('/')).toError();
    expect(other.message).toContain('IAS_TRUSTED_CERT_HOSTS');
  });

  it('are malformed if they should be JSON', async () => {
    const client = await outbound.startClient({ baseURL: await listen(answer(200, {}, '<html>')) });
    const response = await client.get('/');
    expect(() => response.json()).toThrow(
      expect.objectContaining({ code: 'downstream_malformed', status: 200 }),
    );
  });
});

describe('IasClientModule', () => {
  it('provides several clients by name, and one without', async () => {
    @Injectable()
    class Caller {
      constructor(
        readonly unnamed: IasClient,
        @InjectIasClient('stock') readonly stock: IasClient,
      ) {}
    }
    @Module({
      imports: [
        IasClientModule.register({ baseURL: 'http://localhost:1' }),
        IasClientModule.registerAsync({
          name: 'stock',
          useFactory: () => ({ baseURL: 'http://localhost:2' }),
        }),
      ],
      providers: [Caller],
    })
    class CallingModule {}
    const module = await outbound.startModule({}, [CallingModule]);
    const { unnamed, stock } = module.get(Caller, { strict: false });
    expect([unnamed.baseURL, stock.baseURL]).toEqual(['http://localhost:1/', 'http://localhost:2/']);
    expect(module.get(getIasClientToken('stock'), { strict: false })).toBe(stock);
  });

  it.each([
    [undefined, 'no name'],
    ['stock', 'the name "stock"'],
  ])('rejects two registrations with the name %s in one module', async (name, which) => {
    const register = () => IasClientModule.register({ ...(name && { name }), baseURL: 'http://localhost:1' });
    @Module({ imports: [register(), register()] })
    class OrdersModule {}
    await expect(outbound.startModule({}, [OrdersModule])).rejects.toMatchObject({
      code: 'configuration_invalid',
      message: expect.stringContaining(`Two registrations of IasClientModule in OrdersModule have ${which}`),
    });
  });

  it('lets two modules register a client each without a name', async () => {
    @Module({ imports: [IasClientModule.register({ baseURL: 'http://localhost:1' })] })
    class OrdersModule {}
    @Module({ imports: [IasClientModule.register({ baseURL: 'http://localhost:2' })] })
    class StockModule {}
    await expect(outbound.startModule({}, [OrdersModule, StockModule])).resolves.toBeDefined();
  });

  it.each<[string | undefined, string]>([
    [undefined, 'baseURL of IasClientModule "orders") is undefined'],
    ['no URL', 'baseURL of IasClientModule "orders") is not a URL'],
  ])('names the registration whose baseURL is %s', async (baseURL, message) => {
    const options = { name: 'orders', baseURL } as { name: string; baseURL: string };
    await expect(outbound.startModule({}, [IasClientModule.register(options)])).rejects.toMatchObject({
      code: 'configuration_invalid',
      message: expect.stringContaining(message),
    });
  });

  it.each<[string, object]>([
    ['resource', { resource: 5 }],
    ['resource', { resource: '' }],
    ['resource.dependency', { resource: { dependency: undefined } }],
    ['resource.api', { resource: ['urn:x', { api: 5 }] }],
    ['resource.clientId', { resource: { clientId: undefined } }],
    ['resource.clientId', { resource: {} }],
    ['resource.appTid', { resource: { clientId: 'a', appTid: '' } }],
    ['appTid', { appTid: 5 }],
  ])('names the invalid option %s of a registration or a call: %j', async (name, options) => {
    const baseURL = await listen(answer(200));
    const error = {
      code: 'configuration_invalid',
      message: expect.stringContaining(`Invalid option "${name}" of a token`),
    };
    await expect(outbound.startClient({ baseURL, ...options })).rejects.toMatchObject(error);
    await expect((await outbound.startClient({ baseURL })).get('/', options)).rejects.toMatchObject(error);
    expect([received, outbound.landscape.tenant.counters.token]).toEqual([[], 0]);
  });
});
