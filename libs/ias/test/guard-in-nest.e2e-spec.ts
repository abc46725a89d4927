import { Catch, Controller, Get, Inject, Module, Options, Scope, UseGuards } from '@nestjs/common';
import type {
  ArgumentsHost,
  ExceptionFilter,
  HttpException,
  HttpServer,
  INestApplication,
  Provider,
} from '@nestjs/common';
import { APP_GUARD, REQUEST } from '@nestjs/core';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { Test } from '@nestjs/testing';
import type { TestingModuleBuilder } from '@nestjs/testing';
import { Claims, IasAuthGuard, IasModule } from 'nest-ias';
import type { IasClaims } from 'nest-ias';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PLATFORMS, startGuardedApp } from './guarded-app.js';
import { sendRaw } from './raw-request.js';
import { startTrustedLandscape } from './trusting-landscape.js';
import type { TrustedLandscape } from './trusting-landscape.js';

@Controller('feature')
@UseGuards(IasAuthGuard)
class FeatureController {
  @Get()
  subject(@Claims() claims: IasClaims): string | undefined {
    return claims.sub;
  }

  @Options('own')
  options(): string {
    return 'options';
  }
}

@Controller({ path: 'scoped', scope: Scope.REQUEST })
class ScopedController {
  constructor(@Inject(REQUEST) private readonly request: object) {}

  @Get()
  scoped(@Claims() claims: IasClaims): object {
    return { sub: claims.sub, hasRequest: typeof this.request };
  }
}

@Controller('unguarded')
class UnguardedController {
  @Get()
  open(): string {
    return 'open';
  }
}

@Module({ controllers: [FeatureController, UnguardedController] })
class FeatureModule {}

@Module({ controllers: [ScopedController], providers: [{ provide: APP_GUARD, useExisting: IasAuthGuard }] })
class ScopedModule {}

/** A filter as many apps have: an envelope of their own for each error. */
@Catch()
class EnvelopeFilter implements ExceptionFilter<HttpException> {
  constructor(private readonly adapter: HttpServer) {}

  catch(error: HttpException, host: ArgumentsHost): void {
    this.adapter.reply(host.getArgByIndex(1), { failed: error.message }, error.getStatus());
  }
}

const ALLOW = { canActivate: () => true };

const REGISTRATIONS: Record<'useExisting' | 'useClass', Provider> = {
  useExisting: { provide: APP_GUARD, useExisting: IasAuthGuard },
  useClass: { provide: APP_GUARD, useClass: IasAuthGuard },
};

type Override = (builder: TestingModuleBuilder) => TestingModuleBuilder;

const provider: Override = (builder) => builder.overrideProvider(IasAuthGuard).useValue(ALLOW);
const guard: Override = (builder) => builder.overrideGuard(IasAuthGuard).useValue(ALLOW);

const OVERRIDES = {
  overrideProvider: provider,
  overrideGuard: guard,
  /** The last one wins. */
  both: (builder: TestingModuleBuilder) => guard(provider(builder)),
};

describe.each(PLATFORMS)('IasAuthGuard in a Nest app on %s', (platform) => {
  let trusted: TrustedLandscape;
  let bearer: [string, string];

  beforeAll(async () => {
    trusted = await startTrustedLandscape();
    bearer = ['authorization', `Bearer ${await trusted.landscape.tenant.issueToken()}`];
  });

  afterAll(() => trusted.stop());

  it('protects controllers of feature modules with @UseGuards, and only those', async () => {
    const app = await startGuardedApp({ platform, ias: trusted.ias, module: FeatureModule });
    expect((await sendRaw(`${app.url}/feature`, [])).headers['www-authenticate']).toBe('Bearer');
    expect(await sendRaw(`${app.url}/feature`, [bearer])).toMatchObject({
      status: 200,
      body: trusted.landscape.application.clientId,
    });
    expect((await sendRaw(`${app.url}/unguarded`, [])).status).toBe(200);
    await app.close();
  });

  it('protects request-scoped controllers', async () => {
    const app = await startGuardedApp({ platform, ias: trusted.ias, module: ScopedModule });
    expect((await sendRaw(`${app.url}/scoped`, [])).status).toBe(401);
    expect(JSON.parse((await sendRaw(`${app.url}/scoped`, [bearer])).body)).toMatchObject({
      hasRequest: 'object',
    });
    await app.close();
  });

  it.each<[keyof typeof OVERRIDES, keyof typeof REGISTRATIONS, number]>([
    ['overrideProvider', 'useExisting', 200],
    ['overrideGuard', 'useExisting', 401],
    ['both', 'useExisting', 401],
    ['overrideProvider', 'useClass', 401],
    ['overrideGuard', 'useClass', 401],
  ])('app-wide, %s of a guard registered with %s leads to %i', async (override, registration, status) => {
    @Module({ controllers: [UnguardedController], providers: [REGISTRATIONS[registration]] })
    class GuardedModule {}

    const app = await startGuardedApp({
      platform,
      ias: trusted.ias,
      module: GuardedModule,
      override: OVERRIDES[override],
    });
    expect((await sendRaw(`${app.url}/unguarded`, [])).status).toBe(status);
    await app.close();
  });

  it('can be overridden in tests: overrideProvider app-wide, overrideGuard for @UseGuards', async () => {
    const everywhere = await startGuardedApp({
      platform,
      ias: trusted.ias,
      override: OVERRIDES.overrideProvider,
    });
    expect((await sendRaw(`${everywhere.url}/endpoint`, [])).status).toBe(200);
    await everywhere.close();
    const feature = await startGuardedApp({
      platform,
      ias: trusted.ias,
      module: FeatureModule,
      override: OVERRIDES.overrideGuard,
    });
    expect((await sendRaw(`${feature.url}/feature/own`, [], { method: 'OPTIONS' })).status).toBe(200);
    await feature.close();
  });

  it.each([
    ['overrideProvider', provider],
    ['overrideGuard', guard],
  ])('needs no binding if a test uses %s', async (_, override) => {
    @Module({ imports: [IasModule.forRoot({ isGlobal: true })], controllers: [FeatureController] })
    class UnboundModule {}

    const compile = (builder: TestingModuleBuilder) => builder.compile();
    await expect(compile(Test.createTestingModule({ imports: [UnboundModule] }))).rejects.toMatchObject({
      code: 'binding_missing',
    });
    const module = await compile(override(Test.createTestingModule({ imports: [UnboundModule] })));
    const app = await module.createNestApplication().init();
    await app.close();
  });

  it('answers with problem details', async () => {
    const app = await startGuardedApp({ platform, ias: trusted.ias });
    const { headers, body } = await sendRaw(`${app.url}/endpoint`, []);
    expect(headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(JSON.parse(body)).toMatchObject({ status: 401, code: 'credentials_missing' });
    await app.close();
  });

  it('lets a filter of the app send a body of another type, with the challenge', async () => {
    const configure = (nest: INestApplication) =>
      nest.useGlobalFilters(new EnvelopeFilter(nest.getHttpAdapter()));
    const app = await startGuardedApp({ platform, ias: trusted.ias, configure });
    const { headers, body } = await sendRaw(`${app.url}/endpoint`, []);
    expect(headers['content-type']).toMatch(/^application\/json/);
    expect(headers['www-authenticate']).toBe('Bearer');
    expect(JSON.parse(body)).toHaveProperty('failed');
    await app.close();
  });

  it('leaves CORS preflight to Nest, but protects an OPTIONS handler of the app', async () => {
    const closed = await startGuardedApp({ platform, ias: trusted.ias, module: FeatureModule });
    expect((await sendRaw(`${closed.url}/feature/own`, [], { method: 'OPTIONS' })).status).toBe(401);
    await closed.close();
    const open = await startGuardedApp({
      platform,
      ias: trusted.ias,
      configure: (app) => app.enableCors({ origin: 'https://ui.example' }),
    });
    const preflight: [string, string][] = [
      ['origin', 'https://ui.example'],
      ['access-control-request-method', 'GET'],
      ['access-control-request-headers', 'authorization'],
    ];
    const { status, headers } = await sendRaw(`${open.url}/endpoint`, preflight, { method: 'OPTIONS' });
    expect(status).toBe(204);
    expect(headers['access-control-allow-origin']).toBe('https://ui.example');
    expect((await sendRaw(`${open.url}/endpoint`, [['origin', 'https://ui.example']])).status).toBe(401);
    await open.close();
  });

  it('rejects calls that are not HTTP', async () => {
    const app = await startGuardedApp({ platform, ias: trusted.ias });
    const context = new ExecutionContextHost(
      [{}, {}],
      FeatureController,
      FeatureController.prototype.subject,
    );
    for (const type of ['rpc', 'ws', 'graphql']) {
      context.setType(type);
      expect(await app.get(IasAuthGuard).canActivate(context)).toBe(false);
    }
    await app.close();
  });

  it('keeps two apps in one process apart, each with its own tenant', async () => {
    const other = await startTrustedLandscape();
    const apps = [
      await startGuardedApp({ platform, ias: trusted.ias }),
      await startGuardedApp({ platform, ias: other.ias }),
    ];
    const theirs: [string, string] = ['authorization', `Bearer ${await other.landscape.tenant.issueToken()}`];
    const statuses = await Promise.all(
      apps.flatMap(({ url }) =>
        [bearer, theirs].map(async (header) => (await sendRaw(`${url}/endpoint`, [header])).status),
      ),
    );
    expect(statuses).toEqual([200, 401, 401, 200]);
    await Promise.all(apps.map((app) => app.close()));
    await other.stop();
  });
});
