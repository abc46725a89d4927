import { getEventListeners, once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { HttpService } from '@nestjs/axios';
import type { AxiosRequestConfig } from 'axios';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { IasHttpModule } from '../src/index.js';
import type { IasHttpModuleOptions } from '../src/index.js';
import { Outbound } from './outbound.js';

const OK = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}';

let outbound: Outbound;
let servers: Server[];
let sockets: Socket[];
/** Text that each connection sent, without tokens. */
let received: string[];

beforeAll(async () => {
  outbound = await Outbound.start();
});
afterAll(() => outbound.stop());
beforeEach(() => {
  [servers, sockets, received] = [[], [], []];
});
afterEach(async () => {
  await outbound.closeModules();
  for (const socket of sockets) socket.destroy();
  for (const server of servers) server.close();
});

/** A server that answers each chunk with any bytes, HTTP or not. */
async function listen(answer: (socket: Socket, piece: number) => void): Promise<string> {
  const server = createServer((socket) => {
    const connection = sockets.push(socket) - 1;
    let pieces = 0;
    socket.on('error', () => undefined);
    socket.on('data', (data) => {
      received[connection] = (received[connection] ?? '') + data.toString().replace(/Bearer \S+/, 'Bearer');
      answer(socket, pieces++);
    });
  }).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function startClient(options: IasHttpModuleOptions): Promise<HttpService['axiosRef']> {
  const module = await outbound.startModule({}, [IasHttpModule.register(options)]);
  return module.get(HttpService, { strict: false }).axiosRef;
}

const text = (answer: string) => (socket: Socket) => socket.write(answer);
const every = (milliseconds: number, first: string, next: string) => (socket: Socket) => {
  socket.write(first);
  const timer = setInterval(() => socket.write(next), milliseconds);
  socket.once('close', () => clearInterval(timer));
};
const bomb = gzipSync(Buffer.alloc(50_000_000));

describe('hostile responses', () => {
  it.each<[string, (socket: Socket) => void, string]>([
    ['a body byte by byte', every(20, 'HTTP/1.1 200 OK\r\ncontent-length: 999\r\n\r\n', 'x'), 'timeout'],
    ['a header byte by byte', every(20, 'HTTP/1.1 200 OK\r\nx: ', 'x'), 'timeout'],
    ['endless interim responses', every(5, '', 'HTTP/1.1 103 Early Hints\r\n\r\n'), 'timeout'],
    ['an endless body', every(1, 'HTTP/1.1 200 OK\r\n\r\n', 'x'.repeat(60_000)), 'malformed'],
    ['an endless header', every(1, 'HTTP/1.1 200 OK\r\nx: ', 'x'.repeat(9_000)), 'malformed'],
    [
      'an incomplete body',
      (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nx'),
      'unreachable',
    ],
    [
      'an incomplete chunk',
      (socket) => socket.end('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nx'),
      'unreachable',
    ],
    ['a bad chunk', text('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nZZ\r\n'), 'malformed'],
    ['two lengths', text('HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}'), 'malformed'],
    [
      'a length and chunks',
      text('HTTP/1.1 200 OK\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n'),
      'malformed',
    ],
    ['another protocol', text('SSH-2.0\r\n'), 'malformed'],
    [
      'a switch to another protocol',
      text('HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'),
      'malformed',
    ],
    [
      'a small body that decodes to a large one',
      (socket) => {
        socket.write(`HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: ${bomb.length}\r\n\r\n`);
        socket.write(bomb);
      },
      'malformed',
    ],
    ['304', text('HTTP/1.1 304 Not Modified\r\n\r\n'), 'failed'],
  ])('%s', async (_, answer, reason) => {
    const http = await startClient({ baseURL: await listen(answer), deadline: 500 });
    await expect(http.get('/')).rejects.toMatchObject({ code: `downstream_${reason}` });
  });

  it('204 and responses to HEAD have no body, regardless of their headers', async () => {
    const headers = 'content-encoding: gzip\r\ncontent-length: 9\r\n\r\n';
    const http = await startClient({
      baseURL: await listen((socket, piece) =>
        socket.write(piece === 0 ? `HTTP/1.1 200 OK\r\n${headers}` : 'HTTP/1.1 204 No Content\r\n\r\n'),
      ),
    });
    expect(await http.head('/')).toMatchObject({ status: 200, data: '' });
    expect(await http.get('/')).toMatchObject({ status: 204, data: '' });
  });

  it('an early response counts, and the connection to a server that does not read is closed', async () => {
    const http = await startClient({
      baseURL: await listen((socket, piece) => {
        if (piece > 0) return;
        socket.write(OK);
        socket.pause();
      }),
    });
    expect((await http.post('/', 'x'.repeat(20_000_000))).status).toBe(200);
    sockets[0]?.resume();
    await expect.poll(() => sockets[0]?.destroyed).toBe(true);
  });
});

describe('requests', () => {
  it.each(['DELETE', 'GET', 'OPTIONS', 'POST'])(
    'the server never reads a body of %s as the next request',
    async (method) => {
      const http = await startClient({ baseURL: await listen(text(OK)) });
      await http.request({ method, url: '/', data: 'GET /ü HTTP/1.1\r\n\r\n' });
      expect(received[0]?.toLowerCase()).toContain('\r\ncontent-length: 20\r\n');
    },
  );

  it('go to loopback for names under .localhost, regardless of the resolver', async () => {
    const url = (await listen(text(OK))).replace('127.0.0.1', 'backend.localhost');
    const http = await startClient({ baseURL: url });
    expect((await http.get('/')).status).toBe(200);
    expect((await http.get('/', { params: { a: 1 } })).status).toBe(200);
  });

  it('ignore a socket path in the options of a call', async () => {
    const http = await startClient({ baseURL: await listen(text(OK)) });
    expect((await http.get('/', { socketPath: '/run/other.sock' })).status).toBe(200);
  });

  it.each([{ deadline: Number.POSITIVE_INFINITY }, { deadline: 0 }, { maxResponseBytes: Number.NaN }])(
    'must have limits: %j',
    async (limits) => {
      await expect(startClient({ baseURL: 'http://127.0.0.1:1', ...limits })).rejects.toMatchObject({
        code: 'configuration_invalid',
        message: expect.stringContaining(`"${Object.keys(limits)[0]}"`),
      });
    },
  );
});

describe('a kept-alive connection that the server closes as the next request starts', () => {
  const closing = () =>
    listen((socket, piece) => (piece === 0 ? socket.write(OK) : socket.resetAndDestroy()));

  it.each(['GET', 'PUT', 'DELETE'])('%s is sent over another one', async (method) => {
    const http = await startClient({ baseURL: await closing() });
    await http.get('/');
    expect((await http.request({ method, url: '/', ...(method === 'PUT' && { data: '{}' }) })).status).toBe(
      200,
    );
    expect(sockets).toHaveLength(2);
  });

  it('POST is not repeated, because the server may have processed it', async () => {
    const http = await startClient({ baseURL: await closing() });
    await http.get('/');
    await expect(http.post('/', '{}')).rejects.toMatchObject({ code: 'downstream_unreachable' });
    expect(sockets).toHaveLength(1);
  });

  it('differs from a server that closes every connection', async () => {
    const http = await startClient({ baseURL: await listen((socket) => socket.resetAndDestroy()) });
    await expect(http.get('/')).rejects.toMatchObject({ code: 'downstream_unreachable' });
    expect(sockets).toHaveLength(1);
  });

  it('is not repeated after the caller aborted', async () => {
    const http = await startClient({
      baseURL: await listen((socket, piece) => piece === 0 && socket.write(OK)),
      deadline: 300,
    });
    await http.get('/');
    await expect(http.get('/')).rejects.toMatchObject({ code: 'downstream_timeout' });
    expect(sockets).toHaveLength(1);
  });
});

describe("a caller's signal", () => {
  it.each<[string, AxiosRequestConfig]>([
    ['plain calls', {}],
    ['calls with parameters', { params: { a: 1 } }],
    ['streams', { responseType: 'stream' }],
  ])('keeps no reference to finished %s', async (_, config) => {
    const http = await startClient({ baseURL: await listen(text(OK)) });
    const { signal } = new AbortController();
    for (let call = 0; call < 20; call++) {
      const { data } = await http.get<unknown>('/', { ...config, signal });
      if (data instanceof Readable) await data.toArray();
    }
    await expect.poll(() => getEventListeners(signal, 'abort')).toEqual([]);
    const dependants = Object.getOwnPropertySymbols(signal).find((symbol) =>
      /Dependant/.test(String(symbol)),
    );
    expect(dependants && (signal as unknown as Record<symbol, Set<unknown>>)[dependants]?.size).toBeFalsy();
  });

  it('aborts the body of a stream, as the deadline does', async () => {
    const http = await startClient({
      baseURL: await listen(every(20, 'HTTP/1.1 200 OK\r\ncontent-length: 999\r\n\r\n', 'x')),
      deadline: 1_000,
    });
    const controller = new AbortController();
    const signals = [controller.signal, undefined];
    for (const signal of signals) {
      const { data } = await http.get<Readable>('/', { responseType: 'stream', ...(signal && { signal }) });
      controller.abort();
      await expect(data.toArray()).rejects.toThrow(/abort|cancel|close/i);
    }
  });

  it.each<[string, AxiosRequestConfig]>([
    ['plain call', {}],
    ['call with parameters', { params: { a: 1 } }],
  ])('aborts the wait for a newer token of a %s', async (_, config) => {
    const { tenant } = outbound.landscape;
    const http = await startClient({
      baseURL: await listen(
        text(
          'HTTP/1.1 401 No\r\nwww-authenticate: Bearer error="invalid_token"\r\ncontent-length: 0\r\n\r\n',
        ),
      ),
    });
    await expect(http.get('/', config)).rejects.toMatchObject({ code: 'downstream_rejected' });
    outbound.forward(60);
    tenant.faults.add({ endpoint: 'token', kind: 'latency', milliseconds: 5_000, times: 1 });
    const started = performance.now();
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 300);
    const call = http.get('/', { ...config, signal: controller.signal });
    await expect(call).rejects.toMatchObject({ code: 'downstream_aborted' });
    expect(performance.now() - started).toBeLessThan(3_000);
    tenant.faults.clear();
  });
});

it('calls beyond the socket limit wait, but only until their deadline', async () => {
  const http = await startClient({ baseURL: await listen(text(OK)) });
  const answers = await Promise.all(Array.from({ length: 200 }, () => http.get('/')));
  expect(answers).toHaveLength(200);
  expect(sockets.length).toBeLessThanOrEqual(50);

  const silent = await startClient({ baseURL: await listen(() => undefined), deadline: 500 });
  const calls = Array.from({ length: 120 }, () => silent.get('/'));
  const outcomes = await Promise.allSettled(calls);
  expect(
    new Set(outcomes.map((outcome) => outcome.status === 'rejected' && (outcome.reason as Error).message))
      .size,
  ).toBe(1);
  await expect(silent.get('/')).rejects.toMatchObject({ code: 'downstream_timeout' });
});
