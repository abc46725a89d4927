import { Body, Controller, Get, Module, Post } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createApp, readServerSettings, RuntimeModule, serve } from '../src/index.js';
import { AcceptsBody } from '../src/unexpected-body.js';
import { RawClient } from './raw-client.js';

const LIVE = 'GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n';
const JSON_TYPE = 'Content-Type: application/json\r\n';

@Controller('orders')
class OrdersController {
  @Get()
  list(): string[] {
    return [];
  }

  @AcceptsBody()
  @Post()
  create(@Body() body: unknown): unknown {
    return { body };
  }
}

@Module({ imports: [RuntimeModule], controllers: [OrdersController] })
class OrdersModule {}

let app: NestFastifyApplication;
const lines: string[] = [];
const clients: RawClient[] = [];

beforeAll(async () => {
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
  }
  app = await createApp(OrdersModule);
  await serve(app, readServerSettings({ LOG_FORMAT: 'json', ACCESS_LOG: 'on' }, 0));
});
afterEach(() => {
  for (const { socket } of clients.splice(0)) socket.destroy();
  lines.length = 0;
});
afterAll(async () => {
  vi.restoreAllMocks();
  await app.close();
});

async function connect(): Promise<RawClient> {
  const client = await RawClient.connect(app);
  clients.push(client);
  return client;
}

const accessEvents = () => lines.map((line) => JSON.parse(line) as object);
const LENGTH = 'Content-Length: 9\r\n';
const request = (line: string, headers: string) => `${line} HTTP/1.1\r\nHost: a\r\n${headers}\r\n`;

describe('a body', () => {
  it.each([
    ['with its length', 'GET /orders', LENGTH],
    ['in chunks', 'GET /orders', 'Transfer-Encoding: chunked\r\n'],
    ['of a method that usually has one', 'POST /health/live', LENGTH + JSON_TYPE],
    ['that the client announces with Expect', 'PUT /orders', `${LENGTH}Expect: 100-continue\r\n`],
  ])('is rejected before it arrives if no route accepts it: %s', async (_, line, headers) => {
    const client = await connect();
    await client.ask(request(line, headers), /"code":"body_not_accepted"/);
    expect(client.received).toMatch(/^HTTP\/1\.1 413 Payload Too Large\r\n/);
    expect(client.received).toMatch(/^content-type: application\/problem\+json/m);
    expect(client.received).toMatch(/^x-correlation-id: ./m);
  });

  it('gets 404 on an unknown path, before it arrives', async () => {
    const client = await connect();
    await client.ask(request('POST /nothing', LENGTH + JSON_TYPE), /"code":"not_found"/);
    expect(client.received).toMatch(/^HTTP\/1\.1 404 /);
  });

  it('that is rejected is dropped, and the connection stays open', async () => {
    const client = await connect();
    await client.ask(request('GET /orders', LENGTH), /"code":"body_not_accepted"/);
    expect(await client.ask(`123456789${LIVE}`, /"up"/)).toMatch(/HTTP\/1\.1 200 OK\r\n/);
  });

  it('of zero bytes counts as no body', async () => {
    const client = await connect();
    const answer = await client.ask(request('GET /orders', 'Content-Length: 0\r\n'), /\r\n\r\n./);
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('reaches a route that accepts one, after 100 Continue', async () => {
    const client = await connect();
    const headers = `Content-Length: 7\r\n${JSON_TYPE}Expect: 100-continue\r\n`;
    await client.ask(request('POST /orders', headers), /^HTTP\/1\.1 100 Continue\r\n\r\n/);
    expect(await client.ask('{"a":1}', /\}\}$/)).toMatch(/\{"body":\{"a":1\}\}$/);
  });

  it('of more than 16 KiB is rejected by a route that accepts one', async () => {
    const client = await connect();
    const headers = `Content-Length: ${16 * 1024 + 1}\r\n${JSON_TYPE}`;
    expect(await client.ask(request('POST /orders', headers), /"code"/)).toContain('payload_too_large');
  });
});

describe('requests for which Node.js emits special events', () => {
  it.each([
    ['CONNECT', 'CONNECT backend:443', '', 405],
    ['an unknown expectation', 'GET /orders', 'Expect: nonsense\r\n', 417],
  ])('are rejected, logged, and their connections closed: %s', async (_, line, headers, status) => {
    const client = await connect();
    client.send(request(line, `${headers}x-correlation-id: odd\r\n`));
    await client.untilClosed();
    expect(client.received).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(client.received).toMatch(/^content-type: application\/problem\+json/m);
    expect(accessEvents()).toEqual([
      expect.objectContaining({ correlation_id: 'odd', params: expect.objectContaining({ status }) }),
    ]);
  });

  it('are handled as usual if they ask for an upgrade', async () => {
    const client = await connect();
    const headers = 'Connection: Upgrade\r\nUpgrade: websocket\r\n';
    expect(await client.ask(request('GET /health/live', headers), /"up"/)).toMatch(/^HTTP\/1\.1 200 /);
  });
});

describe('headers', () => {
  const large = (bytes: number) => request('GET /health/live', `X-Large: ${'a'.repeat(bytes)}\r\n`);

  it('of 64 KiB are accepted on a few connections, but not on many', async () => {
    const early = await connect();
    for (let index = 0; index < 63; index += 1) await connect();
    const late = await connect();
    await early.ask(large(60 * 1024), /"up"/);
    await late.ask(large(15 * 1024), /"up"/);
    expect(await late.ask(large(17 * 1024), /"code"/)).toContain('"request_header_too_large"');
  });

  it.each([
    [255, '"up"'],
    [256, '"request_header_too_large"'],
    [900, '"request_header_too_large"'],
  ])('are limited in number, here Host and %i others', async (count, expected) => {
    const client = await connect();
    const headers = 'a: b\r\n'.repeat(count);
    expect(await client.ask(request('GET /health/live', headers), /\}$/)).toContain(expected);
  });
});
