import { once } from 'node:events';
import { Controller, Get, Module, Post } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ConnectionLimit } from '../src/connection-limit.js';
import { createApp, readServerSettings, RuntimeModule, serve } from '../src/index.js';
import { AcceptsBody } from '../src/unexpected-body.js';
import { OpenConnections } from '../src/open-connections.js';
import { RawClient } from './raw-client.js';

const LIMIT = 16;
const LIVE = 'GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n';
const WAIT = 'GET /wait HTTP/1.1\r\nHost: a\r\n\r\n';

let finish: () => void;
let finished: Promise<void>;
let handled = 0;

@Controller('wait')
class WaitController {
  @Get()
  async wait(): Promise<string> {
    handled += 1;
    await finished;
    return 'finished';
  }

  @AcceptsBody()
  @Post()
  post(): string {
    return 'never, because the body does not arrive';
  }
}

@Module({ imports: [RuntimeModule], controllers: [WaitController] })
class WaitModule {}

let app: NestFastifyApplication;
const clients: RawClient[] = [];
const lines: string[] = [];

beforeEach(async () => {
  finished = new Promise((resolve) => {
    finish = resolve;
  });
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
  app = await createApp(WaitModule);
  const environment = { LOG_FORMAT: 'json', ACCESS_LOG: 'on', MAX_CONNECTIONS: String(LIMIT) };
  await serve(app, readServerSettings(environment, 0));
  lines.length = 0;
});
afterEach(async () => {
  finish();
  for (const { socket } of clients.splice(0)) socket.destroy();
  await app.close();
  vi.restoreAllMocks();
});

const logged = (message: string) =>
  lines
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter((event) => event['message'] === message);

async function connect(): Promise<RawClient> {
  const client = await RawClient.connect(app);
  clients.push(client);
  return client;
}

/** Opens connections that wait for a response. */
async function connectWaiting(count: number): Promise<RawClient[]> {
  const waiting = [];
  for (let index = 0; index < count; index += 1) {
    const client = await connect();
    const requested = once(app.getHttpServer(), 'request');
    client.send(WAIT);
    await requested;
    waiting.push(client);
  }
  return waiting;
}

async function connectMany(count: number): Promise<RawClient[]> {
  const many = [];
  for (let index = 0; index < count; index += 1) many.push(await connect());
  return many;
}

describe('the limit of open connections', () => {
  it('accepts a new connection, and closes the one that has been idle longest', async () => {
    const [first, second] = await connectMany(LIMIT);
    const newcomer = await connect();
    await newcomer.ask(LIVE, /"up"/);
    await first?.untilClosed();
    expect(second?.closed).toBe(false);
  });

  it('keeps a connection that has just received a response', async () => {
    const [first, second] = await connectMany(LIMIT);
    await first?.ask(LIVE, /"up"/);
    await connect();
    await second?.untilClosed();
    expect(first?.closed).toBe(false);
  });

  it.each([
    ['headers', 'GET /wait HTTP/1.1\r\nX-Half: '],
    [
      'body',
      'POST /wait HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n"half',
    ],
  ])('closes a connection with incomplete %s', async (_, half) => {
    const [incomplete] = await connectMany(1);
    incomplete?.send(half);
    await connectMany(LIMIT);
    await incomplete?.untilClosed();
    expect(incomplete?.received).toBe('');
  });

  it('closes a connection whose body was rejected, although the client still sends', async () => {
    const [rejected] = await connectMany(1);
    const half = 'POST /health/live HTTP/1.1\r\nHost: a\r\nContent-Length: 99\r\n\r\nhalf';
    await rejected?.ask(half, /"code":"body_not_accepted"/);
    rejected?.send('more');
    await connectMany(LIMIT);
    await rejected?.untilClosed();
    expect(rejected?.received).not.toMatch(/^HTTP.1.1 408/m);
  });

  it('keeps a connection that waits for a response', async () => {
    const [waiting] = await connectWaiting(1);
    const [idle] = await connectMany(LIMIT);
    await idle?.untilClosed();
    finish();
    expect(await waiting?.ask('', /finished/)).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('answers the last waiting request with 503 if all connections wait, so that a health check gets a response', async () => {
    const waiting = await connectWaiting(LIMIT);
    const probe = await connect();
    await probe.ask(LIVE, /"up"/);
    const last = waiting.pop();
    await last?.untilClosed();
    expect(last?.received).toMatch(/^HTTP\/1\.1 503 Service Unavailable\r\n/);
    expect(last?.received).toMatch(/^retry-after: \d+\r$/im);
    expect(last?.received).toContain('"code":"overloaded"');
    const [, id] = /^x-correlation-id: (.+)\r$/m.exec(last?.received ?? '') ?? [];
    await expect
      .poll(() => logged('request'))
      .toContainEqual(
        expect.objectContaining({
          correlation_id: id,
          params: expect.objectContaining({ method: 'GET', path: '/wait', status: 503 }),
        }),
      );
    finish();
    for (const client of waiting) await client.ask('', /finished/);
  });

  it('is logged at most once per minute', async () => {
    await connectMany(LIMIT + 5);
    expect(logged('connection_limit_reached')).toEqual([
      expect.objectContaining({
        level: 'warn',
        params: expect.objectContaining({ limit: LIMIT, closed: 1 }),
      }),
    ]);
  });

  it('is logged again after a minute, with the number of connections closed since', async () => {
    const limit = 4;
    let now = 0;
    new ConnectionLimit(app.get(OpenConnections), limit, () => now).enforce(app.getHttpServer());
    await connectMany(limit + 3);
    now = 60_000;
    await connectMany(1);
    const counts = logged('connection_limit_reached').map(({ params }) => params);
    expect(counts).toEqual([
      { limit, closed: 1 },
      { limit, closed: 3 },
    ]);
  });
});

describe('pipelined requests', () => {
  it('all get a response', async () => {
    const client = await connect();
    const answers = await client.ask(LIVE.repeat(16), /(?:"up"[\s\S]*){16}/);
    expect(answers.match(/HTTP\/1\.1 200 OK\r\n/g)).toHaveLength(16);
  });

  it('close the connection if there are too many, and the rest are not even parsed', async () => {
    handled = 0;
    const parsed = vi.fn<() => void>();
    app.getHttpServer().on('request', parsed);
    const client = await connect();
    client.send(WAIT.repeat(100));
    await client.untilClosed();
    expect(client.received).toBe('');
    expect(handled).toBe(17);
    expect(parsed).toHaveBeenCalledTimes(17);
  });
});

it('MAX_CONNECTIONS is 512 by default, which the shipped quota allows (docs/how-to/memory.md)', () => {
  expect(readServerSettings({}, 0).maxConnections).toBe(512);
});
