/** Copied into a generated app, where another app calls it. */
import { type INestApplication, Module } from '@nestjs/common';
import { HttpService } from '@nestjs/axios';
import { Test } from '@nestjs/testing';
import { type Landscape, overrideIas, startLandscape } from '@nest-ias/testing';
import { IasClient, IasClientModule, IasModule } from 'nest-ias';
import { IasHttpModule } from 'nest-ias/axios';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OrdersModule as AppModule } from '../../third-app/orders.module.js';
import { createAdapter } from './express.js';

describe('calls of orders (e2e)', () => {
  let landscape: Landscape;
  let app: INestApplication;
  let caller: INestApplication;

  beforeAll(async () => {
    landscape = await startLandscape();
    const orders = Test.createTestingModule({ imports: [AppModule] });
    app = (await overrideIas(orders, landscape).compile()).createNestApplication(createAdapter());
    await app.listen(0, '127.0.0.1');
    const baseURL = landscape.router.map('orders.cert.localhost', await app.getUrl());

    @Module({
      imports: [
        IasModule.forRoot({ outbound: true, isGlobal: true }),
        IasClientModule.register({ baseURL }),
        IasHttpModule.register({ baseURL }),
      ],
    })
    class CallerModule {}

    const shop = Test.createTestingModule({ imports: [CallerModule] });
    caller = (await overrideIas(shop, landscape).compile()).createNestApplication(createAdapter());
    await caller.init();
  });

  afterAll(async () => {
    await caller?.close();
    await app?.close();
    await landscape?.stop();
  });

  const expected = () => ({ orders: [], askedBy: landscape.application.clientId });

  it('bring token and certificate with IasClient', async () => {
    const client = caller.get(IasClient, { strict: false });
    expect((await client.get('/orders')).expectOk().json()).toEqual(expected());
  });

  it('bring them with HttpService', async () => {
    const { axiosRef } = caller.get(HttpService, { strict: false });
    expect((await axiosRef.get('/orders')).data).toEqual(expected());
  });
});
