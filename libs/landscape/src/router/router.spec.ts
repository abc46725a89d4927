import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Agent } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createServer as createTcpServer, connect as connectTcp } from 'node:net';
import { connect } from 'node:tls';
import { X509Certificate } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { send } from '../../test/https-client.js';
import { type IdentityCredentials, type Landscape, startLandscape } from '../index.js';
import { DAY_MILLISECONDS } from '../pki/validity.js';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** Answers with the received request, so that a test sees what the router forwarded. */
const echo: Handler = (request, response) => {
  let body = '';
  request.on('data', (chunk: Buffer) => (body += chunk.toString()));
  request.on('end', () => {
    response.setHeader('content-type', 'application/json');
    response.end(
      JSON.stringify({ method: request.method, url: request.url, headers: request.headers, body }),
    );
  });
};

/** Returns the URL of a closed port. */
async function deadUrl(): Promise<string> {
  const server = createTcpServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return `http://localhost:${port}`;
}

describe('router', () => {
  let landscape: Landscape;
  let binding: IdentityCredentials;
  let connections = 0;
  let handler: Handler = echo;
  let app: Server;
  let target: string;
  let plainUrl: string;
  let certUrl: string;

  beforeAll(async () => {
    landscape = await startLandscape();
    binding = await landscape.issueBinding({ type: 'X509_GENERATED', appIdentifier: 'frontend' });
    app = createServer((request, response) => handler(request, response));
    app.on('connection', () => (connections += 1));
    app.listen(0, '127.0.0.1');
    await once(app, 'listening');
    target = `http://localhost:${(app.address() as AddressInfo).port}`;
    plainUrl = landscape.router.map('backend.localhost', target);
    certUrl = landscape.router.map('backend.cert.localhost', target);
  });
  afterEach(() => {
    handler = echo;
  });
  afterAll(async () => {
    await landscape.stop();
    app.closeAllConnections();
    app.close();
  });

  const headersSeen = (answer: { json: () => Record<string, unknown> }) =>
    answer.json()['headers'] as Record<string, string>;

  const connectPlain = async () => {
    const socket = connect({
      port: Number(new URL(plainUrl).port),
      host: '127.0.0.1',
      servername: 'backend.localhost',
      ca: landscape.ca.pem,
    });
    await once(socket, 'secureConnect');
    return socket;
  };

  it('returns the URLs of its routes', () => {
    expect(landscape.router.domain).toBe('localhost');
    expect(certUrl).toBe(`https://backend.cert.localhost:${new URL(landscape.router.url).port}`);
  });

  it('passes the leaf certificate as single-line base64 DER on a .cert. host', async () => {
    const answer = await send(`${certUrl}/endpoint`, { landscape, credentials: binding });
    const leaf = new X509Certificate(binding.certificate ?? '');
    expect(headersSeen(answer)['x-forwarded-client-cert']).toBe(leaf.raw.toString('base64'));
  });

  it.each([
    ['a plain host with certificate', () => plainUrl, true],
    ['a plain host without certificate', () => plainUrl, false],
    ['a .cert. host without certificate', () => certUrl, false],
  ])('drops x-forwarded-client-cert of a client: %s', async (_, url, presents) => {
    const answer = await send(url(), {
      landscape,
      headers: { 'X-Forwarded-Client-Cert': ['spoofed', 'twice'] },
      ...(presents ? { credentials: binding } : {}),
    });
    expect(answer.status).toBe(200);
    expect(headersSeen(answer)).not.toHaveProperty('x-forwarded-client-cert');
  });

  it('replaces a spoofed header with the real certificate, even if the client declares it hop-by-hop', async () => {
    const headers = { connection: 'x-forwarded-client-cert', 'x-forwarded-client-cert': 'spoofed' };
    const answer = await send(certUrl, { landscape, credentials: binding, headers });
    expect(headersSeen(answer)['x-forwarded-client-cert']).toMatch(/^MII[\w+/=]+$/);
  });

  it('passes the certificate on a resumed session too', async () => {
    const agent = new Agent({ keepAlive: false, maxCachedSessions: 10 });
    for (const _ of [1, 2, 3]) {
      const answer = await send(certUrl, { landscape, credentials: binding, agent });
      expect(headersSeen(answer)).toHaveProperty('x-forwarded-client-cert');
    }
  });

  it('does not forward a certificate of another authority', async () => {
    const other = await startLandscape();
    const strange = await other.issueBinding({ type: 'X509_GENERATED' });
    await other.stop();
    const answer = await send(certUrl, { landscape, credentials: strange });
    expect(headersSeen(answer)).not.toHaveProperty('x-forwarded-client-cert');
  });

  it('does not forward a certificate that has expired, or is not valid yet', async () => {
    for (const startsInDays of [-3, 1]) {
      const stale = await landscape.issueBinding({ type: 'X509_GENERATED', startsInDays, validityDays: 2 });
      const answer = await send(certUrl, { landscape, credentials: stale });
      expect(headersSeen(answer)).not.toHaveProperty('x-forwarded-client-cert');
    }
  });

  it('checks the dates of a certificate by the clock of the landscape', async () => {
    let now = Date.now();
    const other = await startLandscape({ now: () => now });
    const url = other.router.map('backend.cert.localhost', target);
    const credentials = await other.issueBinding({ type: 'X509_GENERATED' });
    const valid = await send(url, { landscape: other, credentials });
    now += 31 * DAY_MILLISECONDS;
    const expired = await send(url, { landscape: other, credentials });
    await other.stop();
    expect(headersSeen(valid)).toHaveProperty('x-forwarded-client-cert');
    expect(headersSeen(expired)).not.toHaveProperty('x-forwarded-client-cert');
  });

  it('forwards x-forwarded-client-cert of any client in the mode always_forward, and sets none', async () => {
    const url = landscape.router.map('naive.cert.localhost', target, { clientCertificate: 'always_forward' });
    const headers = { 'x-forwarded-client-cert': 'spoofed' };
    const spoofed = await send(url, { landscape, headers, credentials: binding });
    const honest = await send(url, { landscape, credentials: binding });
    expect(headersSeen(spoofed)['x-forwarded-client-cert']).toBe('spoofed');
    expect(headersSeen(honest)).not.toHaveProperty('x-forwarded-client-cert');
  });

  it('uses the format of Istio in the mode istio, on any host', async () => {
    const url = landscape.router.map('mesh.localhost', target, { clientCertificate: 'istio' });
    const headers = { 'x-forwarded-client-cert': 'spoofed' };
    const answer = await send(url, { landscape, headers, credentials: binding });
    const leaf = new X509Certificate(binding.certificate ?? '');
    const value = headersSeen(answer)['x-forwarded-client-cert'] ?? '';
    const parts = /^By=[^;]+;Hash=([0-9a-f]{64});Cert="([^"]+)";Subject="(CN=frontend,[^"]+)"$/.exec(value);
    expect(parts?.[1]).toBe(leaf.fingerprint256.replaceAll(':', '').toLowerCase());
    expect(new X509Certificate(decodeURIComponent(parts?.[2] ?? '')).raw).toEqual(leaf.raw);
    expect(headersSeen(await send(url, { landscape, headers }))).not.toHaveProperty(
      'x-forwarded-client-cert',
    );
  });

  it('keeps Host, path and body, and adds the headers of gorouter', async () => {
    const answer = await send(`${plainUrl}/a%20b?c=d`, {
      landscape,
      method: 'PUT',
      body: 'content',
      headers: { 'x-forwarded-for': '10.0.0.1', 'x-forwarded-host': 'evil', 'x-vcap-request-id': 'mine' },
    });
    const { host } = new URL(plainUrl);
    expect(answer.json()).toMatchObject({ method: 'PUT', url: '/a%20b?c=d', body: 'content' });
    expect(headersSeen(answer)).toMatchObject({
      host,
      'x-forwarded-for': '10.0.0.1, 127.0.0.1',
      'x-forwarded-host': host,
      'x-forwarded-proto': 'https',
      'x-vcap-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
  });

  it('keeps each value of a repeated header, and headers of any name', async () => {
    const answer = await send(plainUrl, {
      landscape,
      headers: ['Host', new URL(plainUrl).host, 'X-Twice', 'a', 'x-twice', 'b', 'Constructor', 'c'],
    });
    const seen = new Map(Object.entries(headersSeen(answer)));
    expect(['x-twice', 'constructor'].map((name) => seen.get(name))).toEqual(['a, b', 'c']);
  });

  it('drops hop-by-hop headers, but never the framing', async () => {
    const answer = await send(plainUrl, {
      landscape,
      method: 'POST',
      body: 'four',
      headers: {
        connection: 'x-private, content-length, host',
        'content-length': '4',
        'x-private': '1',
        te: 'trailers',
        'keep-alive': 'timeout=1',
      },
    });
    expect(answer.json()['body']).toBe('four');
    expect(headersSeen(answer)).not.toHaveProperty('x-private');
    expect(headersSeen(answer)).not.toHaveProperty('te');
    expect(headersSeen(answer)['host']).toBe(new URL(plainUrl).host);
  });

  it('keeps the framing of a GET with a chunked body', async () => {
    const answer = await send(plainUrl, {
      landscape,
      method: 'GET',
      body: 'GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n',
      headers: { 'transfer-encoding': 'chunked' },
    });
    expect(answer.json()).toMatchObject({ url: '/', body: expect.stringContaining('/smuggled') });
  });

  it('keeps connections to the app alive', async () => {
    await send(plainUrl, { landscape });
    const before = connections;
    for (const _ of [1, 2, 3]) await send(plainUrl, { landscape });
    expect(connections).toBe(before);
  });

  it('streams both ways', async () => {
    handler = (request, response) => {
      response.writeHead(200);
      request.pipe(response);
    };
    const socket = await connectPlain();
    socket.write('POST / HTTP/1.1\r\nHost: backend.localhost\r\nTransfer-Encoding: chunked\r\n\r\n');
    let received = '';
    for (const part of ['one', 'two']) {
      socket.write(`3\r\n${part}\r\n`);
      while (!received.includes(part)) received += String((await once(socket, 'data'))[0]);
    }
    socket.destroy();
    expect(received).toMatch(/one[^]*two/);
  });

  it('selects instances in round robin', async () => {
    const second = createServer((_, response) => response.end('second')).listen(0, '127.0.0.1');
    await once(second, 'listening');
    const first = `http://127.0.0.1:${(app.address() as AddressInfo).port}`;
    handler = (_, response) => response.end('first');
    const url = landscape.router.map('many.localhost', [
      first,
      `http://127.0.0.1:${(second.address() as AddressInfo).port}`,
    ]);
    const texts: string[] = [];
    for (const _ of [1, 2, 3, 4]) texts.push((await send(url, { landscape })).text);
    second.closeAllConnections();
    second.close();
    expect(texts).toEqual(['first', 'second', 'first', 'second']);
  });

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
    handler = (request, response) => {
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
      handler = (request) => request.once('close', resolve);
    });
    const url = landscape.router.map('silent.localhost', target, { responseTimeoutMilliseconds: 50 });
    const answer = await send(url, { landscape });
    expect([answer.status, answer.headers['x-cf-routererror']]).toEqual([504, 'endpoint_timeout']);
    await gone;
  });

  it('does not time out an answer that has begun', async () => {
    handler = (_, response) => {
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
    handler = (request, response) => {
      response.write('partial');
      setTimeout(() => request.socket.destroy(), 20);
    };
    await expect(send(plainUrl, { landscape })).rejects.toThrow('aborted');
  });

  it('aborts the request to the app when the client disconnects, and continues to serve', async () => {
    const aborted = new Promise<void>((resolve) => {
      handler = (request) => {
        request.on('close', () => resolve());
      };
    });
    const socket = await connectPlain();
    socket.write('POST / HTTP/1.1\r\nHost: backend.localhost\r\nContent-Length: 10\r\n\r\nabc');
    setTimeout(() => socket.destroy(), 50);
    await aborted;
    handler = echo;
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
