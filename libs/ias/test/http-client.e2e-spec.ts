import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { inspect } from 'node:util';
import { HttpService } from '@nestjs/axios';
import { Injectable, Module } from '@nestjs/common';
import type { Landscape } from '@nest-ias/landscape';
import { firstValueFrom } from 'rxjs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DownstreamError, IasHttpModule } from '../src/index.js';
import type { IasHttpModuleOptions } from '../src/index.js';
import { Outbound } from './outbound.js';

let outbound: Outbound;
let landscape: Landscape;
let received: IncomingMessage[];
const servers: Server[] = [];

beforeAll(async () => {
  outbound = await Outbound.start({ providedApis: ['orders'] });
  ({ landscape } = outbound);
});
afterAll(() => outbound.stop());
beforeEach(() => {
  received = [];
  landscape.tenant.reset();
});
afterEach(async () => {
  await outbound.closeModules();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function listen(listener: RequestListener): Promise<string> {
  const server = createServer((request, response) => {
    received.push(request);
    listener(request, response);
  }).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const answer =
  (status: number, headers = {}, body = '{}'): RequestListener =>
  (_, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
  };
const invalidToken = { 'www-authenticate': 'Bearer error="invalid_token"' };
const get = async (http: HttpService, url = '/orders') => firstValueFrom(http.get<unknown>(url));
const tokensSeen = () => received.map(({ headers }) => headers.authorization);

async function failureOf(call: Promise<unknown>): Promise<DownstreamError> {
  const error: unknown = await call.catch((reason: unknown) => reason);
  if (error instanceof DownstreamError) return error;
  throw new Error(`no DownstreamError: ${inspect(error)}`);
}

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
    const url = landscape.router.map('orders.cert.localhost', backend);
    const http = await startClient({ baseURL: url, correlationId: () => 'abc-123' });
    expect((await get(http)).data).toEqual({ ok: true });

    const [request] = received;
    expect(request?.headers).toMatchObject({
      authorization: expect.stringMatching(/^Bearer eyJ/),
      'x-correlation-id': 'abc-123',
      'x-forwarded-client-cert': expect.stringMatching(/^[A-Za-z0-9+/=]+$/),
    });
  });

  it('asks for a token of the resource, once for many calls', async () => {
    const http = await startClient({
      baseURL: await listen(answer(200)),
      resource: 'urn:sap:identity:api:name:orders',
    });
    for (const _ of [1, 2, 3]) await get(http);
    expect(landscape.tenant.requests.map(({ form }) => form?.getAll('resource'))).toEqual([
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

  it('follows no redirect', async () => {
    const other = await listen(answer(200));
    const http = await startClient({ baseURL: await listen(answer(302, { location: other })) });
    expect(await failureOf(get(http))).toMatchObject({ code: 'downstream_failed', status: 302 });
    expect(received).toHaveLength(1);
  });

  it.each(['http://orders.example', 'ftp://localhost', 'no URL', 'https://user:secret@orders.example'])(
    'refuses a base URL over which the token would be lost: %s',
    async (baseURL) => {
      await expect(startClient({ baseURL })).rejects.toMatchObject({
        code: 'configuration_invalid',
        message: expect.not.stringContaining('secret'),
      });
    },
  );
});

describe('a token that the receiver rejects', () => {
  it('is replaced once, and the call repeated', async () => {
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
    expect(landscape.tenant.counters.token).toBe(2);
  });

  it('costs a handful of token requests where every token is rejected', async () => {
    const http = await startClient({ baseURL: await listen(answer(401, invalidToken)) });
    for (let call = 0; call < 20; call++) {
      expect(await failureOf(get(http))).toMatchObject({ code: 'downstream_rejected', status: 401 });
    }
    expect(landscape.tenant.counters.token).toBe(2);
    outbound.forward(30);
    await failureOf(get(http));
    expect(landscape.tenant.counters.token).toBe(3);
  });

  it('is not replaced for another refusal, and a stream is not sent twice', async () => {
    const http = await startClient({ baseURL: await listen(answer(401, { 'www-authenticate': 'Bearer' })) });
    await failureOf(get(http));
    expect(received).toHaveLength(1);

    const streaming = await startClient({ baseURL: await listen(answer(401, invalidToken)) });
    await failureOf(firstValueFrom(streaming.post('/orders', Readable.from(['x']))));
    expect(received).toHaveLength(2);
  });

  it('has its body sent again as it was', async () => {
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
    await firstValueFrom(http.post('/orders', { article: 'ü' }));
    expect(bodies).toEqual(['{"article":"ü"}', '{"article":"ü"}']);
    expect(received[1]?.headers['content-type']).toBe('application/json');
  });
});

describe('failures', () => {
  it.each<[string, RequestListener, string, string]>([
    ['a broken connection', (_, response) => response.destroy(), 'downstream_unreachable', 'unavailable'],
    ['no answer in time', () => undefined, 'downstream_timeout', 'timeout'],
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
      deadline: 300,
      maxResponseBytes: 1_000,
    });
    const error = await failureOf(get(http));
    expect(error).toMatchObject({ code, kind });
    expect(error).not.toHaveProperty('cause');
    expect(inspect(error, { depth: 9, showHidden: true })).not.toMatch(/eyJ|PRIVATE KEY/);
  });

  it("keeps the caller's own signal", async () => {
    const http = await startClient({ baseURL: await listen(() => undefined) });
    const controller = new AbortController();
    const call = failureOf(firstValueFrom(http.get('/orders', { signal: controller.signal })));
    await expect.poll(() => received.length).toBe(1);
    controller.abort();
    expect((await call).code).toBe('downstream_aborted');
  });
});
