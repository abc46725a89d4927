import { Controller, Get, Logger, Module, UseGuards } from '@nestjs/common';
import type { INestApplication, Type } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import {
  Claims,
  documentationUrl,
  IasAuthGuard,
  type IasClaims,
  IasModule,
  Public,
  RawToken,
  RequireApi,
} from 'nest-ias';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { PLATFORMS, startGuardedApp } from './guarded-app.js';
import { sendRaw } from './raw-request.js';
import { startTrustedLandscape } from './trusting-landscape.js';
import type { TrustedLandscape } from './trusting-landscape.js';

class OwnGuard extends IasAuthGuard {}

@Controller('claims')
class ClaimsController {
  @Get()
  claims(@Claims() claims?: IasClaims): object {
    return { claims: claims ?? null };
  }
}

@Controller('token')
class TokenController {
  @Get()
  token(@RawToken() token: unknown): string {
    return typeof token;
  }
}

@Controller('orders')
class OrdersController {
  @Get()
  @RequireApi('read')
  list(): object {
    return [];
  }
}

@RequireApi('read')
@Controller('stock')
class StockController {
  @Get()
  list(): object {
    return [];
  }
}

@Controller('guarded')
class GuardedController {
  @Get('handler')
  @UseGuards(OwnGuard)
  handler(@Claims() claims: IasClaims): IasClaims {
    return claims;
  }

  @Get('public')
  @Public()
  @RequireApi('read')
  public(@Claims() claims?: IasClaims): object {
    return { claims: claims ?? null };
  }

  @Get('open')
  open(): string {
    return 'open';
  }
}

@UseGuards(IasAuthGuard)
@Controller('class')
class GuardedClassController {
  @Get()
  claims(@Claims() claims: IasClaims): IasClaims {
    return claims;
  }
}

const moduleOf = (...controllers: Type[]) => {
  @Module({ controllers })
  class FeatureModule {}
  return FeatureModule;
};

describe.each(PLATFORMS)('an app without the guard on %s', (platform) => {
  let trusted: TrustedLandscape;

  beforeAll(async () => {
    trusted = await startTrustedLandscape();
  });

  afterAll(() => trusted.stop());

  const start = (module: Type, ias = {}, configure?: (app: INestApplication) => void) =>
    startGuardedApp({ platform, ias: { ...trusted.ias, ...ias }, module, ...(configure && { configure }) });

  it.each([
    ['@Claims()', ClaimsController, 'ClaimsController.claims'],
    ['@RawToken()', TokenController, 'TokenController.token'],
    ['@RequireApi()', OrdersController, 'OrdersController.list'],
    ['@RequireApi() on the class', StockController, 'StockController.list'],
  ])('does not start with %s', async (_, controller, route) => {
    await expect(start(moduleOf(controller))).rejects.toMatchObject({
      name: 'ConfigurationError',
      code: 'guard_missing',
      message: expect.stringContaining(`(${route}). Register it for the whole app`),
    });
  });

  it('names three of the routes', async () => {
    const module = moduleOf(ClaimsController, TokenController, OrdersController, StockController);
    await expect(start(module)).rejects.toThrow('OrdersController.list and 1 more)');
  });

  it('starts if each of its routes has a guard, is public, or needs none', async () => {
    const app = await start(moduleOf(GuardedController, GuardedClassController));
    expect((await sendRaw(`${app.url}/guarded/public`, [])).body).toBe('{"claims":null}');
    expect((await sendRaw(`${app.url}/guarded/handler`, [])).status).toBe(401);
    expect((await sendRaw(`${app.url}/class`, [])).status).toBe(401);
    await app.close();
  });

  it.each([
    ['useClass', { provide: APP_GUARD, useClass: IasAuthGuard }],
    ['a subclass', { provide: APP_GUARD, useClass: OwnGuard }],
  ])('starts with APP_GUARD and %s', async (_, provider) => {
    @Module({ controllers: [ClaimsController], providers: [provider] })
    class WholeModule {}

    const app = await start(WholeModule);
    expect((await sendRaw(`${app.url}/claims`, [])).status).toBe(401);
    await app.close();
  });

  it('starts with useGlobalGuards', async () => {
    const app = await start(moduleOf(ClaimsController), {}, (nest) =>
      nest.useGlobalGuards(nest.get(IasAuthGuard)),
    );
    expect((await sendRaw(`${app.url}/claims`, [])).status).toBe(401);
    await app.close();
  });

  it('starts with allowUnguarded, and its routes see no caller', async () => {
    @Controller('own')
    class OwnController extends ClaimsController {}

    const app = await start(moduleOf(OwnController), { allowUnguarded: true });
    expect((await sendRaw(`${app.url}/own`, [])).body).toBe('{"claims":null}');
    await app.close();
  });

  it('answers 500 before the handler runs if IasModule is not imported either', async () => {
    const logged = vi.spyOn(Logger.prototype, 'error').mockReturnValue();
    const app = (
      await Test.createTestingModule({ controllers: [ClaimsController] }).compile()
    ).createNestApplication();
    await app.listen(0, '127.0.0.1');
    const { status, body } = await sendRaw(`${await app.getUrl()}/claims`, []);
    expect(status).toBe(500);
    expect(JSON.parse(body)).toMatchObject({
      type: documentationUrl('guard_missing'),
      status: 500,
      code: 'guard_missing',
    });
    expect(logged).toHaveBeenCalledWith(
      expect.stringContaining('ClaimsController.claims ran without IasAuthGuard.'),
    );
    logged.mockRestore();
    await app.close();
  });

  it('starts without HTTP, where no route can be called', async () => {
    @Module({ imports: [IasModule.forRoot(trusted.ias)], controllers: [ClaimsController] })
    class WorkerModule {}

    const module = await Test.createTestingModule({ imports: [WorkerModule] }).compile();
    await expect(module.init()).resolves.toBe(module);
    await module.close();
  });
});
