import { once } from 'node:events';
import { connect as connectTcp, createServer as createTcpServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { send } from '../../test/https-client.js';
import { deadUrl, echo, RoutedApp } from '../../test/routed-app.js';
import { type Landscape, startLandscape } from '../index.js';

describe('router, when a request fails', () => {
  let routed: RoutedApp;
  let landscape: Landscape;
  let target: string;
  let plainUrl: string;

  beforeAll(async () => {
    routed = await RoutedApp.start();
    ({ landscape, target, plainUrl } = routed);
  });
  afterEach(() => {
    routed.handler = echo;
  });
  afterAll(() => routed.stop());

  it('answers 404 unknown_route for an unmapped host', async () => {
    const port = new URL(landscape.router.url).port;
    const answer = await send(`https://nobody.cert.localhost:${port}`, { landscape });
    expect([answer.status, answer.headers['x-cf-routererror']]).toEqual([404, 'unknown_route']);
  });

  it('answers 400 to a request with several hosts or a malformed host', async () => {
    const two = await send(plainUrl, {
      landscape,
      headers: ['Host', 'backend.localhost', 'Host', 'x.cert.localhost'],
    });
    const odd = await send(plainUrl, { landscape, headers: { host: 'backend.localhost/@x' } });
    expect([two.status, odd.status]).toEqual([400, 400]);
  });

  it('answers 502 endpoint_failure for a dead app', async () => {
    const url = landscape.router.map('dead.localhost', await deadUrl());
    const answer = await send(url, { landscape, method: 'POST', body: 'x'.repeat(100_000) });
    expect([answer.status, answer.headers['x-cf-routererror']]).toEqual([502, 'endpoint_failure']);
  });

  it('skips an instance that accepts no connection, and keeps the body complete', async () => {
    const url = landscape.router.map('half.localhost', [await deadUrl(), target]);
    const body = 'x'.repeat(100_000);
    const answers = [await send(url, { landscape, method: 'POST', body }), await send(url, { landscape })];
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(answers[0]?.json()['body']).toBe(body);
  });

  it('retries a GET, but no POST, when the app closes an idle connection while it is reused', async () => {
    const url = landscape.router.map('sleepy.localhost', target);
    const used = new WeakSet();
    routed.handler = (request, response) => {
      if (used.has(request.socket)) request.socket.destroy();
      else response.end('fresh');
      used.add(request.socket);
    };
    const statusOf = async (method: string) => (await send(url, { landscape, method })).status;
    expect([await statusOf('GET'), await statusOf('GET')]).toEqual([200, 200]);
    expect(await statusOf('POST')).toBe(502);
  });

  it.each([
    ['bytes that are not HTTP', 'nonsense\r\n\r\n'],
    ['a status code out of range', 'HTTP/1.1 000 x\r\nContent-Length: 0\r\n\r\n'],
    ['nothing', ''],
    [
      'an upgrade that was not requested',
      'HTTP/1.1 101 x\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n',
    ],
  ])('answers 502 when the app answers %s', async (_, bytes) => {
    const odd = createTcpServer((socket) => socket.end(bytes)).listen(0, '127.0.0.1');
    await once(odd, 'listening');
    const { port } = odd.address() as AddressInfo;
    const url = landscape.router.map('odd.localhost', `http://127.0.0.1:${port}`);
    const answer = await send(url, { landscape });
    odd.close();
    expect(answer.status).toBe(502);
  });

  it('answers 504 when the app does not answer in time', async () => {
    const gone = new Promise<void>((resolve) => {
      routed.handler = (request) => request.once('close', resolve);
    });
    const url = landscape.router.map('silent.localhost', target, { responseTimeoutMilliseconds: 50 });
    const answer = await send(url, { landscape });
    expect([answer.status, answer.headers['x-cf-routererror']]).toEqual([504, 'endpoint_timeout']);
    await gone;
  });

  it('does not time out an answer that has begun', async () => {
    routed.handler = (_, response) => {
      response.write('slow');
      setTimeout(() => response.end('ly'), 150);
    };
    const url = landscape.router.map('slow.localhost', target, { responseTimeoutMilliseconds: 100 });
    expect((await send(url, { landscape })).text).toBe('slowly');
  });

  it.each([
    ['', 'http://localhost:1', {}, 'host name'],
    ['https://x.localhost', 'http://localhost:1', {}, 'host name'],
    ['x.localhost:80', 'http://localhost:1', {}, 'host name'],
    ['x y', 'http://localhost:1', {}, 'host name'],
    ['x..localhost', 'http://localhost:1', {}, 'host name'],
    ['x.localhost', [], {}, 'at least one URL'],
    ['x.localhost', 'https://localhost:1', {}, 'URLs like'],
    ['x.localhost', 'ftp://localhost:1', {}, 'URLs like'],
    ['x.localhost', 'http://localhost:1/path', {}, 'URLs like'],
    ['x.localhost', 'http://a:b@localhost:1', {}, 'URLs like'],
    ['x.localhost', ['http://localhost:1', 'localhost'], {}, 'URLs like'],
    ['x.localhost', 'http://localhost:1', { clientCertificate: 'none' }, 'route: clientCertificate: '],
    ['x.localhost', 'http://localhost:1', { responseTimeout: 5 }, 'Unrecognized key: "responseTimeout"'],
    [
      'x.localhost',
      'http://localhost:1',
      { responseTimeoutMilliseconds: 0 },
      'route: responseTimeoutMilliseconds: ',
    ],
  ])('rejects the route from %j to %j %o', async (hostName, to, options, message) => {
    const map = () => landscape.router.map(hostName, to, options as never);
    expect(map).toThrow(RangeError);
    expect(map).toThrow(message);
  });

  it('aborts its answer when the app does, instead of completing it', async () => {
    routed.handler = (request, response) => {
      response.write('partial');
      setTimeout(() => request.socket.destroy(), 20);
    };
    await expect(send(plainUrl, { landscape })).rejects.toThrow('aborted');
  });

  it('aborts the request to the app when the client disconnects, and continues to serve', async () => {
    const aborted = new Promise<void>((resolve) => {
      routed.handler = (request) => {
        request.on('close', () => resolve());
      };
    });
    const socket = await routed.connect();
    socket.write('POST / HTTP/1.1\r\nHost: backend.localhost\r\nContent-Length: 10\r\n\r\nabc');
    setTimeout(() => socket.destroy(), 50);
    await aborted;
    routed.handler = echo;
    expect((await send(plainUrl, { landscape })).status).toBe(200);
  });

  it('stops immediately, even with open connections', async () => {
    const own = await startLandscape();
    const sockets = [own.tenant.url, own.router.url].map((url) =>
      connectTcp(Number(new URL(url).port), '127.0.0.1').on('error', () => undefined),
    );
    await Promise.all(sockets.map(async (socket) => once(socket, 'connect')));
    await own.stop();
    await expect(send(own.router.url, { landscape: own })).rejects.toThrow('ECONNREFUSED');
  });
});
