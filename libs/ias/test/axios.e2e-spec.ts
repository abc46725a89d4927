import type { RequestListener } from 'node:http';
import { HttpService } from '@nestjs/axios';
import { Injectable, Module } from '@nestjs/common';
import axios from 'axios';
import { firstValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { getIasHttpToken, IasHttpModule, InjectIasHttp } from '../src/axios/index.js';
import type { IasHttpModuleOptions } from '../src/axios/index.js';
import { get, startHttpService } from './http-service.js';
import { useOutbound, useRecordingServers } from './outbound-hooks.js';
import { answer, failureOf, invalidToken } from './recording-server.js';

const outbound = useOutbound({ providedApis: ['orders'] });
const servers = useRecordingServers();
const { received } = servers;
const listen = (listener: RequestListener) => servers.listen(listener);
const startClient = (options: IasHttpModuleOptions) => startHttpService(outbound, options);

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
