import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { IasCallOptions } from '../src/index.js';
import { createAgent } from '../src/net/agent.js';
import { ConnectionPool } from '../src/net/connection-pool.js';
import { useOutbound } from './outbound-hooks.js';

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}';
const ENDLESS =
  'HTTP/1.1 401 No\r\nwww-authenticate: Bearer error="invalid_token"\r\ncontent-length: 99\r\n\r\nx';

const outbound = useOutbound();
let servers: Server[];
let sockets: Socket[];
/** Text that arrived. */
let received: string;
/** Sockets on which a request arrived. */
let asked: Set<Socket>;

beforeEach(() => {
  [servers, sockets, asked, received] = [[], [], new Set(), ''];
});
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  for (const server of servers) server.close();
});

/** Answers each request on the first socket with the first answer, and so on; the last one is for all others. */
async function listen(...answers: string[]): Promise<string> {
  const server = createServer((socket) => {
    const answer = answers[sockets.push(socket) - 1] ?? answers.at(-1) ?? '';
    socket.on('error', () => undefined);
    socket.on('data', (data) => {
      received += data.toString();
      asked.add(socket);
      socket.write(answer, 'latin1');
    });
  }).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('a stream whose token is rejected', () => {
  it('ends its connection before the request is repeated', async () => {
    const client = await outbound.startClient({ baseURL: await listen(ENDLESS, OK) });
    const response = await client.stream({ path: '/' });
    expect(response.status).toBe(200);
    await expect.poll(() => sockets[0]?.destroyed).toBe(true);
  });

  it('ends its connection if no newer token can be fetched', async () => {
    const client = await outbound.startClient({ baseURL: await listen(ENDLESS) });
    const { tenant } = outbound.landscape;
    // the first call fetches a token
    (await client.stream({ path: '/' })).body.destroy();
    outbound.forward(60);
    tenant.faults.add({ endpoint: 'token', kind: 'status', status: 400, times: 50 });
    await expect(client.stream({ path: '/' })).rejects.toMatchObject({ code: 'token_request_rejected' });
    tenant.faults.clear();
    expect(asked.size).toBe(3);
    await expect.poll(() => [...asked].every(({ destroyed }) => destroyed)).toBe(true);
  });
});

describe('a defect of the caller', () => {
  const circular: Record<string, unknown> = {};
  circular['self'] = circular;
  it.each<[string, unknown, IasCallOptions]>([
    ['circular JSON', '/', { json: circular }],
    ['a BigInt as JSON', '/', { json: 1n }],
    ['a path that is no text', 5, {}],
    ['a path above the base URL', '../admin', {}],
    ['an encoded path above the base URL', '%2e%2e/admin', {}],
  ])('is %s: the request is invalid', async (_, path, options) => {
    const client = await outbound.startClient({ baseURL: `${await listen(OK)}/api` });
    const call = client.post(path as string, options);
    await expect(call).rejects.toMatchObject({ code: 'downstream_request_invalid' });
    expect(sockets).toEqual([]);
  });

  it('is a correlation ID that throws: the request is invalid', async () => {
    const correlationId = () => {
      throw new Error('defect');
    };
    const client = await outbound.startClient({ baseURL: await listen(OK), correlationId });
    await expect(client.get('/')).rejects.toMatchObject({ code: 'downstream_request_invalid' });
  });

  it.each<[string, (error: Error) => Readable]>([
    [
      'fails while it is sent',
      (error) => {
        const body = new Readable({ read: () => undefined });
        body.push('x');
        setTimeout(() => body.destroy(error), 10);
        return body;
      },
    ],
    [
      'fails at once',
      (error) =>
        new Readable({
          read() {
            this.destroy(error);
          },
        }),
    ],
    ['failed before', (error) => new Readable().on('error', () => undefined).destroy(error)],
  ])('is a body that %s: the request is invalid because of its error', async (_, create) => {
    const client = await outbound.startClient({ baseURL: await listen('') });
    const cause = Object.assign(new Error('defect'), { code: 'ECONNRESET' });
    await expect(client.post('/', { body: create(cause) })).rejects.toMatchObject({
      code: 'downstream_request_invalid',
      message: expect.stringContaining('not completed: the stream that this app passed as its body failed'),
      cause,
    });
  });

  it('is a body that ends early: the request is invalid', async () => {
    const client = await outbound.startClient({ baseURL: await listen('') });
    const body = new Readable({ read: () => body.destroy() });
    await expect(client.post('/', { body })).rejects.toMatchObject({ code: 'downstream_request_invalid' });
  });

  it.each<[string, IasCallOptions & { method?: string }, string]>([
    ['a header', { headers: { x: 'a\r\nb: c' } }, 'one of its headers is not valid HTTP; correct it'],
    ['its method', { method: 'G T' }, 'its method is not valid HTTP; correct it'],
    ['its body', { json: circular }, 'its body or headers cannot be encoded; look at the cause'],
    ['CONNECT', { method: 'CONNECT' }, 'it has the method CONNECT; use another one'],
  ])('names what to correct: %s', async (_, options, message) => {
    const client = await outbound.startClient({ baseURL: await listen(OK) });
    await expect(client.request({ path: '/', ...options })).rejects.toMatchObject({
      code: 'downstream_request_invalid',
      message: expect.stringContaining(`was not sent: ${message}`),
    });
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, -1, 0, 1.5])(
    'is the size limit %s',
    async (maxResponseBytes) => {
      const client = await outbound.startClient({ baseURL: await listen(OK) });
      const call = client.get('/', { maxResponseBytes });
      await expect(call).rejects.toMatchObject({ code: 'configuration_invalid' });
    },
  );
});

describe('a stream that fails', () => {
  const half = gzipSync('x'.repeat(5_000)).subarray(0, 20).toString('latin1');
  const gzip = (body: string) =>
    `HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: ${body.length}\r\n\r\n${body}`;

  it.each<[string, string, string]>([
    ['its connection', 'HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\nx', 'downstream_unreachable'],
    ['a bad chunk', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nZZ\r\n', 'downstream_malformed'],
    ['a bad coding', gzip('no gzip'), 'downstream_malformed'],
    ['an incomplete coding', gzip(half), 'downstream_malformed'],
  ])('has a typed error: %s', async (_, answer, code) => {
    const client = await outbound.startClient({ baseURL: await listen(answer) });
    const { body } = await client.stream({ path: '/' });
    setTimeout(() => sockets[0]?.end(), 50);
    await expect(body.toArray()).rejects.toMatchObject({ name: 'DownstreamError', code });
  });

  it('has a typed error if it decodes to too much, and ends its connection', async () => {
    const body = gzipSync('x'.repeat(50_000)).toString('latin1');
    const client = await outbound.startClient({
      baseURL: await listen(gzip(body)),
      maxResponseBytes: 9_000,
    });
    const response = await client.stream({ path: '/' });
    await expect(response.body.toArray()).rejects.toMatchObject({ code: 'downstream_malformed' });
  });

  it('ends its connection if nobody reads its coding to the end', async () => {
    const client = await outbound.startClient({
      baseURL: await listen(gzip(half).replace(/length: \d+/, 'length: 99')),
    });
    const response = await client.stream({ path: '/' });
    response.body.destroy();
    await expect.poll(() => sockets[0]?.destroyed).toBe(true);
  });
});

describe('response headers that were sent twice', () => {
  it('have the types of Node.js', async () => {
    const fields = 'content-type: a\r\ncontent-type: b\r\nset-cookie: a=b\r\nvary: c\r\nvary: d\r\n';
    const client = await outbound.startClient({
      baseURL: await listen(`HTTP/1.1 200 OK\r\n${fields}content-length: 2\r\n\r\n{}`),
    });
    expect((await client.get('/')).headers).toMatchObject({
      'content-type': 'a',
      'set-cookie': ['a=b'],
      vary: 'c, d',
    });
  });

  it('are malformed if they are two content codings', async () => {
    const fields = 'content-encoding: gzip\r\ncontent-encoding: gzip\r\n';
    const client = await outbound.startClient({
      baseURL: await listen(`HTTP/1.1 200 OK\r\n${fields}content-length: 2\r\n\r\n{}`),
    });
    await expect(client.get('/')).rejects.toThrow(/not valid|malformed|ERR_CONTENT_CODING/);
  });
});

describe('a response without content', () => {
  const fields = (coding: string) => `content-encoding: ${coding}\r\n`;
  it.each<[string, string]>([
    ['HEAD', `HTTP/1.1 200 OK\r\n${fields('gzip')}content-length: 9\r\n\r\n`],
    ['HEAD', `HTTP/1.1 200 OK\r\n${fields('zstd')}content-length: 9\r\n\r\n`],
    ['GET', `HTTP/1.1 304 Not Modified\r\n${fields('zstd')}\r\n`],
    ['GET', `HTTP/1.1 204 No Content\r\n${fields('gzip')}\r\n`],
    ['GET', `HTTP/1.1 200 OK\r\n${fields('gzip')}content-length: 0\r\n\r\n`],
    ['GET', `HTTP/1.1 200 OK\r\n${fields('br')}transfer-encoding: chunked\r\n\r\n0\r\n\r\n`],
  ])('can have the coding that its content would have: %s %j', async (method, answer) => {
    const client = await outbound.startClient({ baseURL: await listen(answer) });
    expect((await client.request({ method, path: '/' })).text()).toBe('');
    expect(await (await client.stream({ method, path: '/' })).body.toArray()).toEqual([]);
  });
});

it.each(['Identity', 'IDENTITY', ''])('a content coding %j is none', async (coding) => {
  const answer = `HTTP/1.1 200 OK\r\ncontent-encoding: ${coding}\r\ncontent-length: 2\r\n\r\n{}`;
  const client = await outbound.startClient({ baseURL: await listen(answer) });
  expect((await client.get('/')).json()).toEqual({});
  expect(String(await (await client.stream({ path: '/' })).body.toArray())).toBe('{}');
});

describe('a body that is not sent', () => {
  it.each<[string, string, IasCallOptions]>([
    ['the token request fails', 'token_request_rejected', { resource: 'urn:sap:identity:api:name:none' }],
    ['the caller aborted', 'downstream_aborted', { signal: AbortSignal.abort() }],
    ['a header is invalid', 'downstream_request_invalid', { headers: { x: 'a\r\nb: c' } }],
    ['an option is invalid', 'configuration_invalid', { timeout: 0 }],
  ])('is closed if %s', async (_, code, options) => {
    const client = await outbound.startClient({ baseURL: await listen(OK) });
    const body = new Readable({ read: () => undefined });
    await expect(client.post('/', { body, ...options })).rejects.toMatchObject({ code });
    expect(body.destroyed).toBe(true);
    expect(asked.size).toBe(0);
  });
});

it('does not send a stream of the Web API twice', async () => {
  const client = await outbound.startClient({ baseURL: await listen(ENDLESS.replace('99', '1')) });
  const body = new Blob(['x']).stream() as unknown as Readable;
  expect((await client.post('/', { body })).status).toBe(401);
  expect(received.match(/^POST/gm)).toHaveLength(1);
});

it('sends one correlation ID, that of the call, and parameters in spite of a fragment', async () => {
  const client = await outbound.startClient({ baseURL: await listen(OK), correlationId: () => 'general' });
  await client.get('orders#x', { query: { a: 1 }, headers: { 'X-Correlation-Id': 'own' } });
  expect(received).toMatch(/^GET \/orders\?a=1 /);
  expect(received.match(/x-correlation-id: \w+/gi)).toEqual(['x-correlation-id: own']);
});

it('a pool that is closed twice causes no unhandled rejection', async () => {
  const pool = new ConnectionPool('http://127.0.0.1:1', createAgent({}));
  const unhandled: unknown[] = [];
  const listener = (error: unknown) => unhandled.push(error);
  process.on('unhandledRejection', listener);
  pool.destroy();
  pool.drain();
  await setImmediate();
  process.off('unhandledRejection', listener);
  expect(unhandled).toEqual([]);
});
