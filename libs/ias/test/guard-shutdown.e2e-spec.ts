import { Controller, Get, Module } from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import request from 'supertest';
import { expect, it } from 'vitest';
import { IasAuthGuard, IasModule } from '../src/index.js';
import { Outbound } from './outbound.js';

@Controller()
class OrdersController {
  @Get()
  list(): string {
    return 'orders';
  }
}

it('finishes a request that waits for keys while the app stops', async () => {
  const outbound = await Outbound.start();
  const { landscape, caFile } = outbound;
  const credentials = await landscape.issueBinding({ type: 'NONE' });

  @Module({
    imports: [IasModule.forRoot({ credentials, caFile })],
    controllers: [OrdersController],
    providers: [{ provide: APP_GUARD, useExisting: IasAuthGuard }],
  })
  class AppModule {}

  const app = await NestFactory.create<NestFastifyApplication>(AppModule, new FastifyAdapter(), {
    logger: false,
  });
  await app.listen(0, '127.0.0.1');
  landscape.tenant.faults.add({ endpoint: 'jwks', kind: 'latency', milliseconds: 500 });

  const authorization = `Bearer ${await landscape.tenant.issueToken()}`;
  const call = async () =>
    request(await app.getUrl())
      .get('/')
      .set({ authorization, connection: 'close' });
  const answer = call();
  await expect.poll(() => landscape.tenant.counters.handshakes).toBeGreaterThan(0);
  const closing = app.close();
  expect((await answer).status).toBe(200);
  await closing;
  await outbound.stop();
});
