/** Copied into a generated app, where it tests the whole app. */
import type { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import {
  BAD_TOKENS,
  createIdentity,
  Forger,
  iasMatchers,
  type Landscape,
  overrideIas,
  startLandscape,
  type TestIdentity,
} from '@nest-ias/testing';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OrdersModule as AppModule } from '../../third-app/orders.module.js';
import { createAdapter } from './express.js';

expect.extend(iasMatchers);

describe('orders (e2e)', () => {
  let landscape: Landscape;
  let identity: TestIdentity;
  let forger: Forger;
  let app: INestApplication;

  beforeAll(async () => {
    landscape = await startLandscape();
    identity = await createIdentity(landscape);
    forger = await Forger.of(landscape);
    const builder = Test.createTestingModule({ imports: [AppModule] });
    const module = await overrideIas(builder, landscape).compile();
    app = module.createNestApplication(createAdapter());
    await app.listen(0);
  });

  afterAll(async () => {
    await app?.close();
    await landscape?.stop();
  });

  const get = (headers: Record<string, string>) => request(app.getHttpServer()).get('/orders').set(headers);

  it('accepts an application', async () => {
    const answer = await get({ ...(await identity.headers()) });
    expect(answer.body).toEqual({ orders: [], askedBy: identity.application.clientId });
  });

  it('rejects a request without a token, with problem details', async () => {
    const answer = await get({});
    expect(answer.status).toBe(401);
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(answer.body).toMatchObject({ code: 'credentials_missing' });
  });

  it('rejects a stolen token without its certificate', async () => {
    const { authorization } = await identity.headers();
    expect(iasMatchers.toBeRejectedWith(await get({ authorization }), 'proof_missing').pass).toBe(true);
  });

  it('rejects forged tokens', async () => {
    for (const { forge, code } of BAD_TOKENS.slice(0, 3)) {
      const answer = await get({ authorization: `Bearer ${forge(forger)}` });
      expect(iasMatchers.toBeRejectedWith(answer, code).message()).toMatch(/^expected an answer other than/);
    }
  });
});
