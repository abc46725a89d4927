import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import {
  Body,
  Controller,
  Get,
  Logger,
  Module,
  Post,
  Req,
  ServiceUnavailableException,
} from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { documentationUrl } from 'nest-ias';
import request from 'supertest';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createApp, currentCorrelationId, readServerSettings, RuntimeModule, serve } from '../src/index.js';
import { AcceptsBody } from '../src/unexpected-body.js';

@Controller('probe')
class ProbeController {
  readonly #logger = new Logger('Probe');

  @Get()
  async showCorrelation(): Promise<{ id: string | undefined }> {
    await setImmediate();
    this.#logger.log('seen');
    return { id: currentCorrelationId() };
  }

  @AcceptsBody()
  @Post()
  echo(@Body() _body: unknown): { id: string | undefined } {
    return { id: currentCorrelationId() };
  }

  @Get('client')
  showClient(@Req() { ip, host, protocol }: FastifyRequest): object {
    return { ip, host, protocol };
  }

  @Get('fails')
  fail(): never {
    throw Object.assign(new Error('the reason'), { code: 'broken' });
  }

  @Get('unavailable')
  throwUnavailable(): never {
    throw new ServiceUnavailableException({
      title: 'Service Unavailable',
      status: 503,
      code: 'keys_unavailable',
    });
  }
}

@Module({ imports: [RuntimeModule], controllers: [ProbeController] })
class ProbeModule {}

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;
const lines: string[] = [];
const opened: NestFastifyApplication[] = [];
let app: NestFastifyApplication;

async function start(environment: Record<string, string>): Promise<NestFastifyApplication> {
  const started = await createApp(ProbeModule);
  await serve(started, readServerSettings({ VCAP_APPLICATION: '{}', ...environment }, 0));
  opened.push(started);
  return started;
}

beforeAll(async () => {
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
  }
  app = await start({});
});
afterEach(() => {
  lines.length = 0;
});
afterAll(async () => {
  vi.restoreAllMocks();
  for (const started of opened) await started.close();
});

const events = () => lines.map((line) => JSON.parse(line) as Record<string, unknown>);
const PROBLEM_HEADERS = {
  'content-type': expect.stringContaining('application/problem+json'),
  'cache-control': 'no-store',
};

/** Sends a request with one header, which can be larger than clients usually allow. */
async function sendHeader(name: string, value: string) {
  const { port } = app.getHttpServer().address() as { port: number };
  const sent = httpRequest({ port, path: '/probe', agent: false, headers: { [name]: value } }).end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  const body = (await response.setEncoding('utf8').toArray()).join('');
  return { status: response.statusCode, headers: response.headers, body };
}

const agent = (started = app) => request(started.getHttpServer());

describe('correlation', () => {
  it('uses the ID of the caller in the response and in log lines', async () => {
    const { body, headers } = await agent().get('/probe').set('x-correlationid', 'order-4711').expect(200);
    expect([body, headers['x-correlation-id']]).toEqual([{ id: 'order-4711' }, 'order-4711']);
    expect(events()).toEqual([
      expect.objectContaining({ msg: 'seen', logger: 'Probe', correlation_id: 'order-4711' }),
    ]);
  });

  it('creates an ID for each request without one', async () => {
    const ids = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const { body, headers } = await agent().get('/probe');
        expect(body).toEqual({ id: headers['x-correlation-id'] });
        return headers['x-correlation-id'];
      }),
    );
    expect(new Set(ids).size).toBe(20);
    for (const id of ids) expect(id).toMatch(UUID);
  });

  it('reaches a handler whose request has a body', async () => {
    const { body } = await agent()
      .post('/probe')
      .set('x-request-id', 'with-body')
      .send({ a: 'b'.repeat(10_000) });
    expect(body).toEqual({ id: 'with-body' });
  });

  it('is in the response to a failed request, and in its log line with the code', async () => {
    const { headers } = await agent().get('/probe/fails').set('x-correlation-id', 'failed').expect(500);
    expect(headers['x-correlation-id']).toBe('failed');
    expect(events()).toEqual([
      expect.objectContaining({
        level: 'error',
        code: 'broken',
        msg: 'the reason',
        correlation_id: 'failed',
      }),
    ]);
  });

  it('does not exist outside of a request', () => {
    expect(currentCorrelationId()).toBeUndefined();
  });
});

describe('the access log', () => {
  it('is off by default', async () => {
    await agent().get('/health/live').expect(200);
    expect(lines).toEqual([]);
  });

  it('contains method, path, status and duration, but no secrets', async () => {
    const started = await start({ ACCESS_LOG: 'on' });
    lines.length = 0;
    await agent(started)
      .get('/nothing?code=secret-in-query')
      .set('authorization', 'Bearer secret-in-header')
      .set('x-correlationid', 'access')
      .expect(404);
    expect(events()).toEqual([
      expect.objectContaining({
        type: 'request',
        correlation_id: 'access',
        method: 'GET',
        request: '/nothing',
        response_status: 404,
      }),
    ]);
    expect(lines.join('')).not.toContain('secret');
  });

  it('contains a request that is rejected before routing', async () => {
    const started = await start({ ACCESS_LOG: 'on' });
    lines.length = 0;
    await agent(started).get('/%zz?code=secret').set('x-correlationid', 'early').expect(400);
    expect(events()).toEqual([
      expect.objectContaining({
        type: 'request',
        correlation_id: 'early',
        method: 'GET',
        request: '/%zz',
        response_status: 400,
      }),
    ]);
  });

  it('contains the correlation ID of a request whose body is rejected before the handler runs', async () => {
    const started = await start({ ACCESS_LOG: 'on' });
    lines.length = 0;
    const body = { text: 'x'.repeat(70_000) };
    await agent(started).post('/probe').set('x-correlationid', 'large').send(body).expect(413);
    expect(events().filter(({ type }) => type === 'request')).toEqual([
      expect.objectContaining({ correlation_id: 'large', response_status: 413 }),
    ]);
  });

  it('contains input that is not an HTTP request', async () => {
    const started = await start({ ACCESS_LOG: 'on' });
    lines.length = 0;
    const { port } = started.getHttpServer().address() as { port: number };
    const socket = connect(port, '127.0.0.1').setEncoding('utf8');
    socket.end('nonsense\r\n\r\n');
    const [, id] = /^x-correlation-id: (.+)\r$/m.exec((await socket.toArray()).join('')) ?? [];
    expect(id).toMatch(UUID);
    expect(events()).toEqual([
      expect.objectContaining({ type: 'request', correlation_id: id, response_status: 400 }),
    ]);
  });
});

describe('the server', () => {
  it.each(['IPv4', 'IPv6'])('listens on the interfaces of %s', async (family) => {
    const { port } = app.getHttpServer().address() as { port: number };
    const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
    for (const { address } of addresses.filter((one) => one.family === family && one.internal)) {
      const host = family === 'IPv6' ? `[${address}]` : address;
      expect((await fetch(`http://${host}:${port}/health/live`)).status).toBe(200);
    }
  });

  it('takes address, host and protocol from the connection, not from headers of the caller', async () => {
    const { body } = await agent()
      .get('/probe/client')
      .set('host', 'backend.example.com')
      .set('x-forwarded-for', '10.1.2.3')
      .set('x-forwarded-host', 'evil.example.com')
      .set('x-forwarded-proto', 'https')
      .set('forwarded', 'for=10.1.2.3;host=evil.example.com;proto=https');
    expect(body).toEqual({
      ip: expect.stringMatching(/^(::ffff:)?127\.0\.0\.1$|^::1$/),
      host: 'backend.example.com',
      protocol: 'http',
    });
  });

  it('keeps idle connections longer than the 90 s of the router', () => {
    expect(app.getHttpServer().keepAliveTimeout).toBeGreaterThan(90_000);
  });

  it('limits the time that a client can take', () => {
    const { headersTimeout, requestTimeout, timeout } = app.getHttpServer();
    expect(headersTimeout).toBeLessThanOrEqual(15_000);
    expect(requestTimeout).toBeLessThanOrEqual(30_000);
    expect(timeout).toBe(60_000);
  });

  it('does not reveal its software, and lets a page load nothing', async () => {
    const { headers } = await agent().get('/probe');
    expect(headers).not.toHaveProperty('x-powered-by');
    expect(headers).not.toHaveProperty('server');
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none';frame-ancestors 'none'",
      'strict-transport-security': expect.stringContaining('max-age='),
    });
  });

  it('accepts headers as large as those that the router passes on, and no larger', async () => {
    const status = async (bytes: number) => (await sendHeader('x-large', 'a'.repeat(bytes))).status;
    expect([await status(60 * 1024), await status(70 * 1024)]).toEqual([200, 400]);
  });
});

describe('problems', () => {
  it.each(['/%zz', '/probe/%c0%af'])('are the response to the URL %s, and do not repeat it', async (path) => {
    const { body, headers } = await agent().get(path).set('x-correlation-id', 'odd').expect(400);
    expect(body).toEqual({ type: 'about:blank', title: 'Bad Request', status: 400, code: 'bad_request' });
    expect(headers).toMatchObject({ ...PROBLEM_HEADERS, 'x-correlation-id': 'odd' });
  });

  it('are the response to headers that are too large, with the challenge of the guard', async () => {
    const { status, headers, body } = await sendHeader('authorization', `Bearer ${'a'.repeat(70 * 1024)}`);
    expect(status).toBe(400);
    expect(headers).toMatchObject({
      ...PROBLEM_HEADERS,
      'www-authenticate': 'Bearer error="invalid_request"',
    });
    expect(JSON.parse(body)).toEqual({
      type: documentationUrl('request_header_too_large'),
      title: 'Bad Request',
      status: 400,
      code: 'request_header_too_large',
    });
  });

  it('are the response to input that is not HTTP', async () => {
    const { port } = app.getHttpServer().address() as { port: number };
    const socket = connect(port, '127.0.0.1').setEncoding('utf8');
    socket.write('good morning\r\n\r\n');
    const [head = '', body = ''] = (await socket.toArray()).join('').split('\r\n\r\n');
    expect(head).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(head).toContain('application/problem+json');
    expect(JSON.parse(body)).toMatchObject({ status: 400, code: 'bad_request' });
  });

  it('that the app throws are sent unchanged and not logged', async () => {
    const { body } = await agent().get('/probe/unavailable').expect(503);
    expect(body).toMatchObject({ status: 503, code: 'keys_unavailable' });
    expect(lines).toEqual([]);
  });
});

describe('probes', () => {
  it.each(['/health/live', '/health/ready'])('%s returns the status and nothing else', async (path) => {
    const { body, headers } = await agent().get(path).expect(200);
    expect(body).toEqual({ status: 'up' });
    expect(headers['cache-control']).toBe('no-store');
  });
});
