import { EventEmitter, once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { Controller, Get, Module, Post } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createApp, readServerSettings, RuntimeModule, serve } from '../src/index.js';
import { AcceptsBody } from '../src/unexpected-body.js';
import { EXIT_CODES } from '../src/exit-codes.js';
import { OpenConnections } from '../src/open-connections.js';
import { ShutdownService } from '../src/shutdown.service.js';

const NEVER_MS = 600_000;

let finish: () => void;
let received: Promise<void>;

@Controller('slow')
class SlowController {
  @Get()
  async wait(): Promise<string> {
    const finished = new Promise<void>((resolve) => {
      finish = resolve;
    });
    reached();
    await finished;
    return 'finished';
  }

  @AcceptsBody()
  @Post()
  echo(): string {
    return 'never, because the body does not arrive';
  }
}

@Module({ imports: [RuntimeModule], controllers: [SlowController] })
class SlowModule {}

let reached: () => void;
let app: NestFastifyApplication;
let host: EventEmitter;
let exited: Promise<number>;
const exit = vi.fn<(code: number) => void>();
const sockets: Socket[] = [];

beforeEach(async () => {
  received = new Promise((resolve) => {
    reached = resolve;
  });
  app = await createApp(SlowModule);
  await serve(app, readServerSettings({ LOG_LEVEL: 'fatal' }, 0));
  host = Object.assign(new EventEmitter(), { exit });
  exited = new Promise((resolve) => {
    exit.mockReset().mockImplementation(resolve);
  });
});
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

const stopOnSignal = (deadline: number, grace = 50) =>
  app.get(ShutdownService).start(app, deadline, host as never, { drain: 0, grace });

/** Opens a connection and sends the beginning of a request. */
async function send(text: string): Promise<Socket> {
  const { port } = app.getHttpServer().address() as { port: number };
  const socket = connect(port, '127.0.0.1');
  sockets.push(socket);
  const accepted = once(app.getHttpServer(), 'connection');
  await Promise.all([once(socket, 'connect'), accepted]);
  if (text !== '') await new Promise((resolve) => socket.write(text, resolve));
  return socket;
}

describe('SIGTERM', () => {
  it.each([
    ['sends nothing', ''],
    ['sends incomplete headers', 'GET /slow HTTP/1.1\r\nHost: a'],
  ])('does not wait for a client that %s', async (_, text) => {
    await send(text);
    stopOnSignal(NEVER_MS);
    host.emit('SIGTERM');
    expect(await exited).toBe(0);
  });

  it('waits for running requests, then closes idle connections', async () => {
    await send('');
    const socket = await send('GET /slow HTTP/1.1\r\nHost: a\r\n\r\n');
    let answer = '';
    socket.setEncoding('utf8').on('data', (text: string) => (answer += text));
    await received;
    stopOnSignal(NEVER_MS);
    host.emit('SIGTERM');
    await expect.poll(() => app.getHttpServer().listening).toBe(false);
    expect(exit).not.toHaveBeenCalled();
    finish();
    await once(socket, 'close');
    expect(answer).toMatch(/^HTTP\/1\.1 200 [\s\S]*connection: close[\s\S]*finished$/i);
    expect(await exited).toBe(0);
  });

  it('answers a request that arrives on an accepted connection while the server closes', async () => {
    const late = await send('');
    await send('GET /slow HTTP/1.1\r\nHost: a\r\n\r\n');
    await received;
    stopOnSignal(NEVER_MS);
    host.emit('SIGTERM');
    await expect.poll(() => app.getHttpServer().listening).toBe(false);
    late.setEncoding('utf8').write('GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n');
    const [answer] = (await once(late, 'data')) as [string];
    expect(answer).toMatch(/^HTTP\/1\.1 200 [\s\S]*connection: close/i);
    finish();
    expect(await exited).toBe(0);
  });

  it.each([
    ['was accepted just before', ''],
    ['was kept after an answer', 'GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n'],
  ])('answers a request on a connection that %s, even if no request runs', async (_, earlier) => {
    const socket = await send(earlier);
    if (earlier !== '') await once(socket, 'data');
    stopOnSignal(NEVER_MS, NEVER_MS);
    host.emit('SIGTERM');
    await expect.poll(() => app.getHttpServer().listening).toBe(false);
    socket.setEncoding('utf8').write('GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n');
    const [answer] = (await once(socket, 'data')) as [string];
    expect(answer).toMatch(/^HTTP\/1\.1 200 [\s\S]*connection: close/i);
    // All connections are closed, so it does not wait until the grace period ends.
    expect(await exited).toBe(0);
  });

  it('tells clients to close their connections even if it responds before routing', async () => {
    const socket = await send('');
    stopOnSignal(NEVER_MS, NEVER_MS);
    host.emit('SIGTERM');
    await expect.poll(() => app.getHttpServer().listening).toBe(false);
    socket.setEncoding('utf8').write('POST /nothing HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n');
    const [answer] = (await once(socket, 'data')) as [string];
    expect(answer).toMatch(/^HTTP\/1\.1 404 [\s\S]*connection: close/i);
    expect(await exited).toBe(0);
  });

  it('stops at the deadline even if a body is still incomplete', async () => {
    const requested = once(app.getHttpServer(), 'request');
    await send('POST /slow HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: 9\r\n\r\nhalf');
    await requested;
    stopOnSignal(200);
    host.emit('SIGTERM');
    expect(await exited).toBe(0);
  });

  it('counts a second signal as one with the first only if it arrives within half a second', async () => {
    let now = 0;
    await send('GET /slow HTTP/1.1\r\nHost: a\r\n\r\n');
    await received;
    const shutdown = new ShutdownService(app.get(OpenConnections), () => now);
    shutdown.start(app, NEVER_MS, host as never, { drain: 0, grace: 50 });
    host.emit('SIGTERM');
    now = 500;
    host.emit('SIGTERM');
    expect(exit).not.toHaveBeenCalled();
    now = 501;
    host.emit('SIGTERM');
    expect(await exited).toBe(EXIT_CODES.interrupted);
    finish();
  });

  it('does not wait for a request whose client has disconnected', async () => {
    const socket = await send('GET /slow HTTP/1.1\r\nHost: a\r\n\r\n');
    await received;
    stopOnSignal(NEVER_MS);
    socket.destroy();
    host.emit('SIGTERM');
    expect(await exited).toBe(0);
  });
});
