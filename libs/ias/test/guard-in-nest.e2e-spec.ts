import { Controller, Get, Inject, Module, Options, Scope, UseGuards } from '@nestjs/common';
import type { Provider } from '@nestjs/common';
import { APP_GUARD, REQUEST } from '@nestjs/core';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import type { TestingModuleBuilder } from '@nestjs/testing';
import { Claims, IasAuthGuard } from 'nest-ias';
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
