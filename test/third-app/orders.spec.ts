import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { BAD_TOKENS, IAS_LIMITS, overrideIas } from '@nest-ias/testing';
import { iasTest } from '@nest-ias/testing/vitest';
import { expect } from 'vitest';
import { OrdersModule } from './orders.module.js';

const it = iasTest.extend('orders', { scope: 'file' }, async ({ landscape }, { onCleanup }) => {
  const builder = Test.createTestingModule({ imports: [OrdersModule] });
  const module = await overrideIas(builder, landscape).compile();
  const app = module.createNestApplication<NestFastifyApplication>(new FastifyAdapter());
  await app.init();
  onCleanup(() => app.close());
  return (headers: Readonly<Record<string, string>>) => app.inject({ url: '/orders', headers });
});

it('accepts an application', async ({ orders, identity, landscape }) => {
  landscape.tenant.limit(IAS_LIMITS);
  const answer = await orders({ ...(await identity.headers()) });
  expect(answer.json()).toEqual({ orders: [], askedBy: identity.application.clientId });
  expect(await identity.token()).toBeBoundTo(identity.certificate);
});

it.for(BAD_TOKENS.slice(0, 5))('rejects a bad token: $cause', async ({ forge, code }, { orders, forger }) => {
  expect(await orders({ authorization: `Bearer ${forge(forger)}` })).toBeRejectedWith(code);
});
