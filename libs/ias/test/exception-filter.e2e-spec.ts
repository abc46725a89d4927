import { once } from 'node:events';
import { createServer } from 'node:http';
import type { RequestListener, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startLandscape } from '@nest-ias/landscape';
import type { Landscape } from '@nest-ias/landscape';
import { Controller, Get, Inject, Module, Res, UseFilters } from '@nestjs/common';
import { APP_FILTER, ExternalContextCreator } from '@nestjs/core';
import {
  documentationUrl,
  DownstreamError,
  IasClient,
  IasClientModule,
  IasExceptionFilter,
  IasTokenProvider,
} from 'nest-ias';
import type { DownstreamErrorCode } from 'nest-ias';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CollectingLogger } from './collecting-logger.js';
import { PLATFORMS, startGuardedApp } from './guarded-app.js';
import type { GuardedApp } from './guarded-app.js';
import { sendRaw } from './raw-request.js';

/** A response of Express, or of Fastify, which wraps it. */
type AnyResponse = ServerResponse | { readonly raw: ServerResponse; hijack(): void };

const fail = (code: DownstreamErrorCode) => {
  throw new DownstreamError(code, 'The call to https://internal.example failed.');
};

@Controller()
class CallingController {
  constructor(
    @Inject(IasTokenProvider) readonly tokens: IasTokenProvider,
    @Inject(IasClient) readonly client: IasClient,
  ) {}

  @Get('token')
  async token(): Promise<string> {
    await this.tokens.getToken();
    return 'fetched';
  }

  @Get('call')
  async call(): Promise<unknown> {
    return (await this.client.get('/')).expectOk().json();
  }

  @Get('begun')
  begun(@Res() response: AnyResponse): void {
    if ('raw' in response) response.hijack();
    ('raw' in response ? response.raw : response).write('begun');
    fail('downstream_timeout');
  }

  @Get('defect')
  defect(): void {
    throw new Error('a defect');
  }
}

/** An operation of another transport, such as a GraphQL resolver. */
@UseFilters(IasExceptionFilter)
class Resolver {
  readonly resolve = () => fail('downstream_failed');
}

describe.each(PLATFORMS)('IasExceptionFilter on %s', (platform) => {
  let landscape: Landscape;
  let binding: Awaited<ReturnType<Landscape['issueBinding']>>;
  let app: GuardedApp;
  let called: Server;
  let listener: RequestListener;
  const logger = new CollectingLogger();

  beforeAll(async () => {
    landscape = await startLandscape();
    called = createServer((request, response) => listener(request, response)).listen(0, '127.0.0.1');
    await once(called, 'listening');
  });
  beforeEach(async () => {
    landscape.tenant.reset();
    listener = (_, response) => response.end('"answer"');
    binding = await landscape.issueBinding({ type: 'X509_GENERATED' });
    const { port } = called.address() as AddressInfo;
    @Module({
      imports: [IasClientModule.register({ baseURL: `http://127.0.0.1:${port}`, timeout: 2_000 })],
      controllers: [CallingController],
      providers: [{ provide: APP_FILTER, useClass: IasExceptionFilter }, Resolver],
    })
    class CallingModule {}
    app = await startGuardedApp({
      platform,
      module: CallingModule,
      logger,
      ias: {
        outbound: true,
        credentials: binding,
        caFile: await landscape.caFile(),
        tokenRequestTimeout: 5_000,
      },
    });
  });
  afterEach(() => app.close());
  afterAll(async () => {
    called.closeAllConnections();
    called.close();
    await landscape.stop();
  });

  async function ask(path: string): Promise<object> {
    const { status, headers, body } = await sendRaw(`${app.url}/${path}`, []);
    expect(headers['content-type']).toMatch(/^application\/problem\+json\b/);
    expect(headers['cache-control']).toBe('no-store');
    const problem = JSON.parse(body) as { code: string; status: number };
    expect(problem.status).toBe(status);
    return { status, code: problem.code, retryAfter: headers['retry-after'] };
  }

  it('answers with a stable code and a fixed sentence, and logs the message', async () => {
    listener = (_, response) => response.writeHead(500).end('{"secret":"of the other app"}');
    const { body } = await sendRaw(`${app.url}/call`, []);
    expect(JSON.parse(body)).toEqual({
      type: documentationUrl('downstream_failed'),
      title: 'Bad Gateway',
      status: 502,
      detail: 'A service that this app calls refused the call, or its response is unusable.',
      code: 'downstream_failed',
    });
    const log = logger.lines.join('\n');
    expect(log).toContain('it answered 500');
    expect(log).toContain('downstream_failed');
    expect(log).not.toContain('of the other app');
  });

  it('answers 502 if the tenant or the other app refuses', async () => {
    landscape.tenant.revokeCertificate(binding.certificate ?? '');
    expect(await ask('token')).toEqual({ status: 502, code: 'client_rejected', retryAfter: undefined });
  });

  it('answers 503 with Retry-After while the client cools down', async () => {
    landscape.tenant.revokeCertificate(binding.certificate ?? '');
    await ask('token');
    expect(await ask('token')).toEqual({
      status: 503,
      code: 'client_cooling_down',
      retryAfter: expect.stringMatching(/^(899|900)$/) as string,
    });
  });

  it('answers 503 with the time that an overloaded tenant asked for', async () => {
    landscape.tenant.faults.add({ endpoint: 'token', kind: 'throttle', retryAfter: 7 });
    expect(await ask('token')).toEqual({
      status: 503,
      code: 'token_endpoint_overloaded',
      retryAfter: '7',
    });
  });

  it.each([429, 503])('answers 503 with the time that the other app asked for with %s', async (status) => {
    listener = (_, response) => response.writeHead(status, { 'retry-after': '9' }).end();
    expect(await ask('call')).toEqual({ status: 503, code: 'downstream_overloaded', retryAfter: '9' });
  });

  it('passes no Retry-After on with another status', async () => {
    listener = (_, response) => response.writeHead(500, { 'retry-after': '9' }).end();
    expect(await ask('call')).toEqual({ status: 502, code: 'downstream_failed', retryAfter: undefined });
  });

  it('answers 503 without Retry-After if the time is not known', async () => {
    listener = (_, response) => response.writeHead(503).end();
    expect(await ask('call')).toEqual({
      status: 503,
      code: 'downstream_overloaded',
      retryAfter: undefined,
    });
  });

  it('answers 504 if the other app does not respond in time', async () => {
    listener = () => {};
    expect(await ask('call')).toEqual({ status: 504, code: 'downstream_timeout', retryAfter: undefined });
  });

  it('ends a response that has begun', async () => {
    expect((await sendRaw(`${app.url}/begun`, [])).body).toBe('begun');
  });

  it('leaves other errors and responses as they are', async () => {
    expect((await sendRaw(`${app.url}/defect`, [])).status).toBe(500);
    expect((await sendRaw(`${app.url}/call`, [])).body).toContain('answer');
  });

  it('leaves calls of other transports to Nest', async () => {
    const resolver = app.get(Resolver);
    const resolve = app
      .get(ExternalContextCreator)
      .create(
        resolver,
        resolver.resolve,
        'resolve',
        undefined,
        undefined,
        undefined,
        undefined,
        undefined,
        'graphql',
      );
    await expect(resolve()).rejects.toMatchObject({ code: 'downstream_failed' });
  });
});
