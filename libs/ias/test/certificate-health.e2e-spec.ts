import { mountBinding } from '@nest-ias/landscape';
import type { IdentityCredentials, Landscape } from '@nest-ias/landscape';
import { Controller, Get, Module } from '@nestjs/common';
import type { INestApplication } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { HealthCheck, HealthCheckService, TerminusModule } from '@nestjs/terminus';
import type { HealthCheckResult, HealthIndicatorResult } from '@nestjs/terminus';
import { Test } from '@nestjs/testing';
import type { Server } from 'node:http';
import { CertificateHealthIndicator, IAS_CLOCK, IasModule } from 'nest-ias';
import type { IasModuleOptions } from 'nest-ias';
import request from 'supertest';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { BindingRenewal } from '../src/binding/binding-renewal.js';
import { Outbound } from './outbound.js';

const DAY = 86_400;

@Controller('health')
class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly certificate: CertificateHealthIndicator,
  ) {}

  @Get()
  @HealthCheck()
  check(): Promise<HealthCheckResult> {
    return this.health.check([(): HealthIndicatorResult => this.certificate.check()]);
  }
}

let outbound: Outbound;
let landscape: Landscape;
let app: INestApplication | undefined;

beforeAll(async () => {
  outbound = await Outbound.start();
  ({ landscape } = outbound);
});
beforeEach(() => {
  outbound.now = Date.now();
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await app?.close();
});
afterAll(() => outbound.stop());

async function startHealth(options: IasModuleOptions) {
  @Module({
    imports: [
      IasModule.forRoot({ outbound: true, caFile: outbound.caFile, ...options }),
      TerminusModule.forRoot({ logger: false }),
    ],
    controllers: [HealthController],
  })
  class AppModule {}

  const module = await Test.createTestingModule({ imports: [AppModule] })
    .overrideProvider(IAS_CLOCK)
    .useValue(() => outbound.now)
    .compile();
  const fastify = new FastifyAdapter();
  app = module.createNestApplication(fastify, { logger: false });
  await app.init();
  await fastify.getInstance().ready();
  const server = app.getHttpServer() as Server;
  return {
    watcher: module.get(BindingRenewal),
    ask: async () => {
      const { status, body } = await request(server).get('/health');
      const { status: overall, details } = body as HealthCheckResult;
      return [status, overall, details['certificate']] as const;
    },
  };
}

const issue = (validityDays: number) => landscape.issueBinding({ type: 'X509_GENERATED', validityDays });

describe('CertificateHealthIndicator in terminus', () => {
  it('is degraded before it is down', async () => {
    const { ask } = await startHealth({ credentials: await issue(30) });
    const start = outbound.now;
    const after = async (days: number) => {
      outbound.now = start + days * DAY * 1_000;
      const [status, overall, certificate] = await ask();
      return [status, overall, certificate?.status, certificate?.['certificates'][0].daysLeft];
    };
    expect(await after(26.9)).toEqual([200, 'ok', 'up', 3]);
    expect(await after(27.5)).toEqual([200, 'degraded', 'degraded', 2.4]);
    expect(await after(29.5)).toEqual([200, 'degraded', 'degraded', 0.4]);
    expect(await after(30.5)).toEqual([503, 'error', 'down', -0.6]);
    expect(landscape.tenant.requests).toEqual([]);
  });

  it('is up for most of the lifetime of a one-day certificate', async () => {
    const { ask } = await startHealth({ credentials: await issue(1) });
    expect((await ask())[1]).toBe('ok');
    outbound.forward(0.75 * DAY);
    expect((await ask())[1]).toBe('degraded');
  });

  it('is never down in an app that fetches no tokens', async () => {
    const { ask } = await startHealth({ credentials: await issue(30), outbound: false });
    outbound.forward(31 * DAY);
    expect((await ask()).slice(0, 2)).toEqual([200, 'degraded']);
  });

  it('is up without a certificate', async () => {
    const { ask } = await startHealth({
      credentials: await landscape.issueBinding({ type: 'NONE' }),
      outbound: false,
    });
    expect(await ask()).toEqual([200, 'ok', { status: 'up', certificates: [] }]);
  });

  it('shows a rejected change of the binding while the previous one is in use', async () => {
    const root = outbound.file('bindings');
    for (const name of ['VCAP_SERVICES', 'VCAP_SERVICES_FILE_PATH']) vi.stubEnv(name, undefined);
    vi.stubEnv('SERVICE_BINDING_ROOT', root);
    const good = await issue(30);
    await mountBinding(root, good);
    const { ask, watcher } = await startHealth({});
    const settle = () => [1, 2].forEach(() => watcher.check());

    const { key } = (await issue(30)) as { key?: string };
    await mountBinding(root, { ...good, key } as IdentityCredentials);
    settle();
    expect(await ask()).toMatchObject([
      200,
      'degraded',
      { status: 'degraded', refusedChange: 'binding_certificate_invalid', certificates: [{ status: 'up' }] },
    ]);
    await mountBinding(root, good);
    settle();
    expect((await ask())[1]).toBe('ok');
  });
});
