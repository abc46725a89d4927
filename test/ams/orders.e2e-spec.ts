import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Test } from '@nestjs/testing';
import { AuthorizationManagementService } from '@sap/ams';
import { overrideIas } from '@nest-ias/testing';
import { iasTest } from '@nest-ias/testing/vitest';
import request from 'supertest';
import { expect } from 'vitest';
import { OrdersModule } from './orders.module.js';

const DCN = fileURLToPath(new URL('dcn', import.meta.url));

const it = iasTest.extend('orders', { scope: 'file' }, async ({ landscape }, { onCleanup }) => {
  const { appTid } = landscape.application;
  const assignments = { [appTid]: { ada: ['orders.readOrders'], grace: ['orders.manageOrders'] } };
  const builder = Test.createTestingModule({ imports: [OrdersModule] });
  builder
    .overrideProvider(AuthorizationManagementService)
    .useFactory({ factory: () => AuthorizationManagementService.fromLocalDcn(DCN, { assignments }) });
  const app = (await overrideIas(builder, landscape).compile()).createNestApplication({ logger: false });
  await app.init();
  onCleanup(() => app.close());
  return request(app.getHttpServer());
});

it.for([
  ['ada', 200, 403],
  ['grace', 200, 200],
  ['nobody', 403, 403],
] as const)(
  'lets %s read with %i and delete with %i',
  async ([user, read, deleted], { orders, identity }) => {
    const headers = await identity.headers({ user: { id: user }, claims: { scim_id: user } });
    expect((await orders.get('/orders').set(headers)).status).toBe(read);
    expect((await orders.delete('/orders').set(headers)).status).toBe(deleted);
  },
);

it('lets an application do what its API stands for', async ({ orders, identity }) => {
  const reader = await identity.headers({ apis: ['read'] });
  expect((await orders.get('/orders').set(reader)).status).toBe(200);
  expect((await orders.delete('/orders').set(reader)).status).toBe(403);
  const other = await identity.headers({ apis: ['write'] });
  expect((await orders.get('/orders').set(other)).status).toBe(403);
});

it('asks AMS only about callers with a valid token', async ({ orders, identity }) => {
  const { authorization } = await identity.headers({ user: { id: 'ada' }, claims: { scim_id: 'ada' } });
  expect(await orders.get('/orders').set({ authorization })).toBeRejectedWith('proof_missing');
  expect((await orders.get('/orders')).status).toBe(401);
});

it('is the code in the how-to', () => {
  const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');
  const quotes = [...read('../../docs/how-to/authorize-with-ams.md').matchAll(/^```ts\n(.*?)^```$/gms)];
  expect(quotes.slice(0, 2).map(([, code]) => code)).toEqual([
    read('ams.guard.ts'),
    read('orders.module.ts'),
  ]);
});
