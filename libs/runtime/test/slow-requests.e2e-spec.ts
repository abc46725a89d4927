import { connect } from 'node:net';
import { Controller, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FASTIFY_OPTIONS } from '../src/fastify-options.js';

/** The options of the deployed server, with shorter time-outs. */
const FAST_OPTIONS = {
  ...FASTIFY_OPTIONS,
  requestTimeout: 100,
  http: { ...FASTIFY_OPTIONS.http, headersTimeout: 100, connectionsCheckingInterval: 20 },
};

@Controller('slow')
class SlowController {
  @Post()
  echo(): string {
    return 'never, because the request does not arrive';
  }
}

@Module({ controllers: [SlowController] })
class SlowModule {}

let app: NestFastifyApplication;

beforeAll(async () => {
  app = await NestFactory.create(SlowModule, new FastifyAdapter(FAST_OPTIONS), { logger: false });
  await app.listen(0, '127.0.0.1');
});
afterAll(() => app.close());

describe('a request that never completes', () => {
  it.each([
    ['its headers', 'POST /slow HTTP/1.1\r\nHost: a\r\nX-Half: '],
    [
      'its body',
      'POST /slow HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: 9\r\n\r\nhalf',
    ],
  ])('gets 408 with problem details, and its connection is closed: %s', async (_, half) => {
    const { port } = app.getHttpServer().address() as { port: number };
    const socket = connect(port, '127.0.0.1').setEncoding('utf8');
    socket.write(half);
    const [head = '', body = ''] = (await socket.toArray()).join('').split('\r\n\r\n');
    expect(head).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
    expect(head).toMatch(/^content-type: application\/problem\+json\r?$/m);
    expect(head).toMatch(/^connection: close\r?$/m);
    expect(JSON.parse(body)).toEqual({
      type: 'about:blank',
      title: 'Request Timeout',
      status: 408,
      code: 'request_timeout',
    });
  });
});
