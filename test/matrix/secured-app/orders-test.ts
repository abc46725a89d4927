/** Copied into a generated app, where it tests the whole app. */
import {
  type ArgumentsHost,
  Catch,
  type ExceptionFilter,
  type INestApplication,
  Module,
} from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
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

interface Reply {
  status(code: number): { send(body: object): void };
}

/** A filter as many apps have: it answers every error with a body of its own. */
@Catch()
class OwnFilter implements ExceptionFilter {
  catch(_: unknown, host: ArgumentsHost): void {
    host.switchToHttp().getResponse<Reply>().status(401).send({ own: true });
  }
}

const FILTER = { provide: APP_FILTER, useClass: OwnFilter };

@Module({ providers: [FILTER] })
class FilterModule {}

@Module({ imports: [AppModule], providers: [FILTER] })
class FilterInRootModule {}

@Module({ imports: [FilterModule, AppModule] })
class FilterBeforeModule {}

@Module({ imports: [AppModule, FilterModule] })
class FilterAfterModule {}

describe('orders (e2e)', () => {
  let landscape: Landscape;
  let identity: TestIdentity;
  let forger: Forger;
  let app: INestApplication;
  const warnings: unknown[] = [];
  const logger = { log() {}, error() {}, warn: (message: unknown) => void warnings.push(message) };

  beforeAll(async () => {
    landscape = await startLandscape();
    identity = await createIdentity(landscape);
    forger = await Forger.of(landscape);
    const builder = Test.createTestingModule({ imports: [AppModule] });
    const module = await overrideIas(builder, landscape).compile();
    app = module.createNestApplication(createAdapter(), { logger });
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
    // The adapter of Nest 11 warns in text about each body that it relabels.
    expect(warnings).toEqual([expect.objectContaining({ event: 'ias.request_rejected' })]);
  });

  it('rejects a stolen token without its certificate', async () => {
    const { authorization } = await identity.headers();
    expect(iasMatchers.toBeRejectedWith(await get({ authorization }), 'proof_missing').pass).toBe(true);
  });

  it.each([
    [FilterInRootModule, 'application/problem+json', { code: 'credentials_missing' }],
    [FilterBeforeModule, 'application/problem+json', { code: 'credentials_missing' }],
    [FilterAfterModule, 'application/json', { own: true }],
    [AppModule, 'application/json', { own: true }],
  ])('gives each body its content type beside a filter of the app: %p', async (module, type, body) => {
    const builder = Test.createTestingModule({ imports: [module] });
    const other = (await overrideIas(builder, landscape).compile()).createNestApplication(createAdapter());
    if (module === AppModule) other.useGlobalFilters(new OwnFilter());
    await other.listen(0);
    const answer = await request(other.getHttpServer()).get('/orders');
    await other.close();
    expect(answer.status).toBe(401);
    expect(answer.headers['content-type']).toMatch(new RegExp(`^${type.replace('+', '.')}`));
    expect(answer.headers['www-authenticate']).toBe('Bearer');
    expect(answer.body).toMatchObject(body);
  });

  it('rejects forged tokens', async () => {
    for (const { forge, code } of BAD_TOKENS.slice(0, 3)) {
      const answer = await get({ authorization: `Bearer ${forge(forger)}` });
      expect(iasMatchers.toBeRejectedWith(answer, code).message()).toMatch(/^expected an answer other than/);
    }
  });
});
