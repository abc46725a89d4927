import type { RequestListener } from 'node:http';
import { Readable } from 'node:stream';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
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
const encoded = (coding: string, body: Buffer) => answer(200, { 'content-encoding': coding }, body);
const tokensSeen = () => received.map(({ headers }) => headers.authorization);

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
});
