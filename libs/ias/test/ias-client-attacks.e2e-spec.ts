import { getEventListeners, once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { IasClient, IasError } from '../src/index.js';
import { useOutbound } from './outbound-hooks.js';

const OK = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}';

const outbound = useOutbound();
let servers: Server[];
let sockets: Socket[];
/** Text that each connection sent, without tokens. */
let received: string[];

beforeEach(() => {
  [servers, sockets, received] = [[], [], []];
});
afterEach(() => {
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
    ['status 099', text('HTTP/1.1 099 Low\r\ncontent-length: 0\r\n\r\n'), 'malformed'],
    ['more than its length', text(`${OK} and more`), 'malformed'],
  ])('%s', async (_, answer, reason) => {
    const http = await outbound.startClient({ baseURL: await listen(answer), timeout: 500 });
    await expect(http.get('/')).rejects.toMatchObject({ code: `downstream_${reason}` });
  });

  it('204 and responses to HEAD have no body, regardless of their headers', async () => {
    const headers = 'content-encoding: gzip\r\ncontent-length: 9\r\n\r\n';
    const http = await outbound.startClient({
      baseURL: await listen((socket) =>
        socket.write(
          received.at(-1)?.startsWith('HEAD')
            ? `HTTP/1.1 200 OK\r\n${headers}`
            : 'HTTP/1.1 204 No Content\r\n\r\n',
        ),
      ),
    });
    const [head, none] = [await http.head('/'), await http.get('/')];
    expect([head.status, head.text(), none.status, none.text()]).toEqual([200, '', 204, '']);
  });

  it('an early response counts, and the connection to a server that does not read is closed', async () => {
    const http = await outbound.startClient({
      baseURL: await listen((socket, piece) => {
        if (piece > 0) return;
        socket.write(OK);
        socket.pause();
      }),
    });
    expect((await http.post('/', { body: 'x'.repeat(20_000_000) })).status).toBe(200);
    sockets[0]?.resume();
    await expect.poll(() => sockets[0]?.destroyed).toBe(true);
  });
});

describe('requests', () => {
  it.each(['DELETE', 'GET', 'OPTIONS', 'POST'])(
    'the server never reads a body of %s as the next request',
    async (method) => {
      const http = await outbound.startClient({ baseURL: await listen(text(OK)) });
      await http.request({ method, path: '/', body: 'GET /ü HTTP/1.1\r\n\r\n' });
      expect(received[0]?.toLowerCase()).toContain('\r\ncontent-length: 20\r\n');
    },
  );

  it('go to loopback for names under .localhost, regardless of the resolver', async () => {
    const url = (await listen(text(OK))).replace('127.0.0.1', 'backend.localhost');
    const http = await outbound.startClient({ baseURL: url });
    expect((await http.get('/')).status).toBe(200);
  });

  it('cannot set headers that belong to the client or the connection', async () => {
    const http = await outbound.startClient({ baseURL: await listen(text(OK)) });
    const headers = {
      Authorization: 'Basic eDp5',
      HOST: 'evil.example',
      'content-length': '9',
      connection: 'close',
    };
    expect((await http.post('/', { body: '{}', headers })).status).toBe(200);
    expect(received[0]).toMatch(/^host: 127\.0\.0\.1:\d+\r$/m);
    expect(received[0]).toMatch(/^content-length: 2\r$/m);
    expect(received[0]).toMatch(/^connection: keep-alive\r$/m);
    expect(received[0]).not.toMatch(/Basic|evil/);
  });

  it.each<[string, object]>([
    ['a header with a line break', { headers: { x: 'a\r\ny: b' } }],
    ['a header name with a blank', { headers: { 'x y': 'a' } }],
    ['a transfer coding', { headers: { 'transfer-encoding': 'chunked' } }],
    ['an upgrade', { headers: { upgrade: 'h2c' } }],
    ['an expectation', { headers: { expect: '100-continue' } }],
    ['a method with a line break', { method: 'GET / HTTP/1.1\r\nx: y' }],
    ['a tunnel', { method: 'CONNECT' }],
  ])('are not sent with %s', async (_, options) => {
    const http = await outbound.startClient({ baseURL: await listen(text(OK)) });
    await expect(http.request({ path: '/', ...options })).rejects.toMatchObject({
      code: 'downstream_request_invalid',
    });
    expect(received).toEqual([]);
  });

  it.each([{ timeout: Number.POSITIVE_INFINITY }, { timeout: 0 }, { maxResponseBytes: Number.NaN }])(
    'must have limits: %j',
    async (limits) => {
      await expect(outbound.startClient({ baseURL: 'http://127.0.0.1:1', ...limits })).rejects.toMatchObject({
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
    const http = await outbound.startClient({ baseURL: await closing() });
    await http.get('/');
    await setImmediate();
    const body = method === 'PUT' && { body: '{}' };
    expect((await http.request({ method, path: '/', ...body })).status).toBe(200);
    expect(sockets).toHaveLength(2);
  });

  it('POST is not repeated, because the server may have processed it', async () => {
    const http = await outbound.startClient({ baseURL: await closing() });
    await http.get('/');
    await setImmediate();
    await expect(http.post('/', { body: '{}' })).rejects.toMatchObject({ code: 'downstream_unreachable' });
    expect(sockets).toHaveLength(1);
  });

  it('differs from a server that closes every connection', async () => {
    const http = await outbound.startClient({ baseURL: await listen((socket) => socket.resetAndDestroy()) });
    await expect(http.get('/')).rejects.toMatchObject({ code: 'downstream_unreachable' });
    expect(sockets).toHaveLength(1);
  });

  it('is not repeated after the caller aborted', async () => {
    const http = await outbound.startClient({
      baseURL: await listen((socket, piece) => piece === 0 && socket.write(OK)),
      timeout: 300,
    });
    await http.get('/');
    await setImmediate();
    await expect(http.get('/')).rejects.toMatchObject({ code: 'downstream_timeout' });
    expect(sockets).toHaveLength(1);
  });
});

describe("a caller's signal", () => {
  it.each<[string, (http: IasClient, signal: AbortSignal) => Promise<unknown>]>([
    ['calls', (http, signal) => http.get('/', { signal })],
    ['streams', async (http, signal) => (await http.stream({ path: '/', signal })).body.toArray()],
  ])('keeps no reference to finished %s', async (_, send) => {
    const http = await outbound.startClient({ baseURL: await listen(text(OK)) });
    const { signal } = new AbortController();
    for (let call = 0; call < 20; call++) await send(http, signal);
    await expect.poll(() => getEventListeners(signal, 'abort')).toEqual([]);
    const dependants = Object.getOwnPropertySymbols(signal).find((symbol) =>
      /Dependant/.test(String(symbol)),
    );
    expect(dependants && (signal as unknown as Record<symbol, Set<unknown>>)[dependants]?.size).toBeFalsy();
  });

  it('aborts the body of a stream, as the time-out does', async () => {
    const http = await outbound.startClient({
      baseURL: await listen(every(20, 'HTTP/1.1 200 OK\r\ncontent-length: 999\r\n\r\n', 'x')),
      timeout: 1_000,
    });
    const controller = new AbortController();
    const signals = [controller.signal, undefined];
    for (const signal of signals) {
      const { body } = await http.stream({ path: '/', ...(signal && { signal }) });
      controller.abort();
      await expect(body.toArray()).rejects.toMatchObject({
        name: 'DownstreamError',
        code: signal ? 'downstream_aborted' : 'downstream_timeout',
      });
    }
  });

  it('aborts the wait for a newer token', async () => {
    const { tenant } = outbound.landscape;
    const http = await outbound.startClient({
      baseURL: await listen(
        text(
          'HTTP/1.1 401 No\r\nwww-authenticate: Bearer error="invalid_token"\r\ncontent-length: 0\r\n\r\n',
        ),
      ),
    });
    expect((await http.get('/')).status).toBe(401);
    outbound.forward(60);
    tenant.faults.add({ endpoint: 'token', kind: 'latency', milliseconds: 5_000, times: 1 });
    const started = performance.now();
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 300);
    const call = http.get('/', { signal: controller.signal });
    await expect(call).rejects.toMatchObject({ code: 'downstream_aborted' });
    expect(performance.now() - started).toBeLessThan(3_000);
    tenant.faults.clear();
  });
});

it('calls beyond the socket limit wait, but only until their time-out', async () => {
  const http = await outbound.startClient({ baseURL: await listen(text(OK)) });
  const answers = await Promise.all(Array.from({ length: 200 }, () => http.get('/')));
  expect(answers).toHaveLength(200);
  expect(sockets.length).toBeLessThanOrEqual(50);

  const silent = await outbound.startClient({ baseURL: await listen(() => undefined), timeout: 500 });
  const calls = Array.from({ length: 120 }, () => silent.get('/'));
  const outcomes = await Promise.allSettled(calls);
  expect(
    new Set(outcomes.map((outcome) => outcome.status === 'rejected' && (outcome.reason as IasError).code))
      .size,
  ).toBe(1);
  await expect(silent.get('/')).rejects.toMatchObject({ code: 'downstream_timeout' });
});
