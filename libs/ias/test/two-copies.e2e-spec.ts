import { Controller, Get, Module, UseGuards } from '@nestjs/common';
import type { Type } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { createIdentity, type TestIdentity } from '@nest-ias/testing';
import { IasAuthGuard, type IasClaims } from 'nest-ias';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startGuardedApp } from './guarded-app.js';
import { sendRaw } from './raw-request.js';
import { startTrustedLandscape, type TrustedLandscape } from './trusting-landscape.js';

// A feature library that brings nest-ias of its own.
vi.resetModules();
const other = await import('nest-ias');
const { IasHttpModule } = await import('nest-ias/axios');

@Controller('feature')
class FeatureController {
  @Get('claims')
  claims(@other.Claims() claims: IasClaims): object {
    return { sub: claims.sub };
  }

  @Get('api')
  @other.RequireApi('write')
  api(): string {
    return 'written';
  }

  @Get('callers')
  @other.AllowCallers('nobody')
  callers(): string {
    return 'called';
  }

  @Get('open')
  @other.Public()
  open(): string {
    return 'open';
  }
}

@Module({
  controllers: [FeatureController],
  providers: [{ provide: APP_GUARD, useExisting: IasAuthGuard }],
})
class FeatureModule {}

@UseGuards(other.IasAuthGuard)
@Controller('guarded')
class GuardedController {
  @Get()
  list(): object {
    return [];
  }
}

@Module({ controllers: [GuardedController] })
class GuardedModule {}

@Module({ imports: [other.IasClientModule.register({ baseURL: 'http://localhost:1' })] })
class ClientModule {}

@Module({ imports: [IasHttpModule.register({ baseURL: 'http://localhost:1' })] })
class HttpClientModule {}

describe('an app with two copies of nest-ias', () => {
  let trusted: TrustedLandscape;
  let identity: TestIdentity;

  beforeAll(async () => {
    trusted = await startTrustedLandscape();
    identity = await createIdentity(trusted.landscape);
  });
  afterAll(() => trusted.stop());

  const start = (module: Type) => startGuardedApp({ ias: trusted.ias, module });

  it('has two', () => {
    expect(other.IasAuthGuard).not.toBe(IasAuthGuard);
  });

  it('applies the decorators of both', async () => {
    const app = await start(FeatureModule);
    const headers = Object.entries(await identity.headers({ apis: ['read'] }));
    const answerTo = async (route: string, sent: [string, string][]) =>
      sendRaw(`${app.url}/feature/${route}`, sent);
    expect((await answerTo('claims', [])).status).toBe(401);
    const { sub } = JSON.parse((await answerTo('claims', headers)).body) as IasClaims;
    expect(sub).toBe(identity.application.clientId);
    expect((await answerTo('api', headers)).status).toBe(403);
    expect((await answerTo('callers', headers)).status).toBe(403);
    expect((await answerTo('open', [])).status).toBe(200);
    await app.close();
  });

  it.each([
    ['IasAuthGuard', GuardedModule],
    ['IasClientModule', ClientModule],
    ['IasHttpModule', HttpClientModule],
  ])('says that %s is from another copy than IasModule', async (part, module) => {
    await expect(start(module)).rejects.toMatchObject({
      code: 'module_missing',
      message:
        `${part} cannot find IasModule: the app imports IasModule from another copy of nest-ias. Install one copy; ` +
        '"npm ls nest-ias" lists all of them.',
    });
  });
});
