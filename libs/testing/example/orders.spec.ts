import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { BAD_TOKENS, createConsumer, overrideIas, waitForTokenRequest } from '@nest-ias/testing';
import { iasTest } from '@nest-ias/testing/vitest';
import request from 'supertest';
import { describe, expect } from 'vitest';
import { OrdersModule, WAREHOUSE_URL } from './orders.module.js';

const it = iasTest
  .extend('warehouse', { scope: 'file' }, async ({ landscape }, { onCleanup }) => {
    const asked: IncomingHttpHeaders[] = [];
    const server = createServer(({ headers }, response) => {
      asked.push(headers);
      response.setHeader('content-type', 'application/json').end('{"left":3}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onCleanup(() => void server.close());
    const { port } = server.address() as AddressInfo;
    return { asked, url: landscape.router.map('warehouse.cert.localhost', `http://127.0.0.1:${port}`) };
  })
  .extend('clock', { scope: 'file' }, { ahead: 0 })
  .extend('orders', { scope: 'file' }, async ({ landscape, warehouse, clock }, { onCleanup }) => {
    const builder = Test.createTestingModule({ imports: [OrdersModule] });
    builder.overrideProvider(WAREHOUSE_URL).useValue(warehouse.url);
    const module = await overrideIas(builder, landscape, { now: () => Date.now() + clock.ahead }).compile();
    const app = module.createNestApplication<NestFastifyApplication>(new FastifyAdapter());
    await app.init();
    await app.getHttpAdapter().getInstance().ready();
    onCleanup(() => app.close());
    return request(app.getHttpServer());
  });

describe('GET /orders', () => {
  it('accepts an application', async ({ orders, identity }) => {
    const answer = await orders.get('/orders').set(await identity.headers());
    expect(answer.body).toEqual({ orders: [], askedBy: identity.application.clientId });
  });

  it('accepts another application that depends on ours', async ({ orders, landscape }) => {
    const consumer = await createConsumer(landscape);
    expect((await orders.get('/orders').set(await consumer.headers())).status).toBe(200);
  });

  it('accepts a user', async ({ orders, identity }) => {
    const answer = await orders.get('/orders').set(await identity.headers({ user: { id: 'ada' } }));
    expect(answer.body).toMatchObject({ askedBy: 'ada' });
  });

  it('rejects a stolen token without its certificate', async ({ orders, identity }) => {
    const { authorization } = await identity.headers();
    expect(await orders.get('/orders').set({ authorization })).toBeRejectedWith('proof_missing');
  });

  it.for(BAD_TOKENS)('rejects a bad token: $cause', async ({ forge, code }, { orders, forger }) => {
    const answer = await orders.get('/orders').auth(forge(forger), { type: 'bearer' });
    expect(answer).toBeRejectedWith(code);
  });

  it('accepts known callers while IAS is unavailable', async ({ orders, identity, landscape }) => {
    const headers = await identity.headers();
    await orders.get('/orders').set(headers);
    landscape.tenant.faults.add({ endpoint: 'jwks', kind: 'reset' });
    expect((await orders.get('/orders').set(headers)).status).toBe(200);
  });
});

describe('POST /orders', () => {
  it('accepts callers with the API "write"', async ({ orders, identity }) => {
    const answer = await orders.post('/orders').set(await identity.headers({ apis: ['write'] }));
    expect(answer.status).toBe(201);
  });

  it('rejects all other callers', async ({ orders, identity }) => {
    const headers = await identity.headers({ apis: ['read'] });
    expect(await orders.post('/orders').set(headers)).toBeRejectedWith('api_missing');
  });
});

describe('the warehouse', () => {
  it('receives one token, bound to the certificate of the app', async ({
    orders,
    identity,
    landscape,
    warehouse,
  }) => {
    const headers = await identity.headers();
    await Promise.all([1, 2, 3].map((id) => orders.get(`/orders/${id}/stock`).set(headers)));
    expect(landscape.tenant.counters.token).toBe(1);
    expect(warehouse.asked).toHaveLength(3);
    for (const { authorization = '', 'x-forwarded-client-cert': certificate } of warehouse.asked) {
      expect(authorization.replace('Bearer ', '')).toBeBoundTo(Buffer.from(String(certificate), 'base64'));
    }
  });

  it('receives a new token before the old one expires', async ({
    orders,
    identity,
    landscape,
    warehouse,
    clock,
  }) => {
    const headers = await identity.headers();
    const askStock = async () => {
      await orders.get('/orders/1/stock').set(headers);
      return warehouse.asked.at(-1)?.authorization;
    };
    const first = await askStock();
    const { token: requests } = landscape.tenant.counters;
    clock.ahead = 55 * 60_000;
    expect(await askStock()).toBe(first);
    await waitForTokenRequest(landscape, requests + 1);
    expect(await askStock()).not.toBe(first);
  });
});
