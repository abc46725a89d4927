import { Controller, Get, Module } from '@nestjs/common';
import type { INestApplication } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { Claims, IasAuthGuard, type IasClaims, IasModule, type IasModuleOptions } from 'nest-ias';
import { type IasOverrides, type Landscape, overrideIas } from '@nest-ias/testing';

export const PLATFORMS = ['fastify', 'express'] as const;

/** Options of an app under test. */
export interface ProtectedAppOptions {
  readonly platform?: (typeof PLATFORMS)[number];
  /** Options of the app. */
  readonly own?: IasModuleOptions;
  /** Options that the test overrides. */
  readonly overrides?: IasOverrides;
}

@Controller('claims')
class ClaimsController {
  @Get()
  claims(@Claims() claims: IasClaims): IasClaims {
    return claims;
  }
}

/** Creates an app that is bound to the landscape and answers with the caller's claims. */
export async function createProtectedApp(
  landscape: Landscape,
  { platform = 'fastify', own = {}, overrides = {} }: ProtectedAppOptions = {},
): Promise<INestApplication> {
  @Module({
    imports: [IasModule.forRoot({ ...own, isGlobal: true })],
    controllers: [ClaimsController],
    providers: [{ provide: APP_GUARD, useExisting: IasAuthGuard }],
  })
  class ProtectedModule {}

  const builder = Test.createTestingModule({ imports: [ProtectedModule] });
  const module = await overrideIas(builder, landscape, overrides).compile();
  const adapter = platform === 'express' ? new ExpressAdapter() : new FastifyAdapter();
  const app = module.createNestApplication(adapter, { logger: false });
  await app.init();
  if (platform === 'fastify') await (app as NestFastifyApplication).getHttpAdapter().getInstance().ready();
  return app;
}
