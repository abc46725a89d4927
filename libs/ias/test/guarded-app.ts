import { Controller, Get, Module } from '@nestjs/common';
import type { DynamicModule, INestApplication, LoggerService, Type } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import type { TestingModuleBuilder } from '@nestjs/testing';
import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import { Claims, IasAuthGuard, IasModule, Public } from 'nest-ias';
import type { IasClaims, IasModuleOptions } from 'nest-ias';
import { IAS_CLOCK } from '../src/core/clocks.js';

export const PLATFORMS = ['fastify', 'express'] as const;
type Platform = (typeof PLATFORMS)[number];

@Controller()
class EchoController {
  @Get('endpoint')
  endpoint(@Claims() claims: IasClaims): IasClaims {
    return claims;
  }

  @Public()
  @Get('open')
  open(@Claims() claims: IasClaims | undefined): object {
    return { claims: claims ?? null };
  }
}

export interface GuardedAppOptions {
  readonly platform?: Platform;
  readonly ias: IasModuleOptions;
  /** Modules and controllers in place of the echo controller behind an app-wide guard. */
  readonly module?: Type | DynamicModule;
  readonly override?: (builder: TestingModuleBuilder) => TestingModuleBuilder;
  readonly configure?: (app: INestApplication) => void;
  /** Clock of the app, ms since the epoch. */
  readonly clock?: () => number;
  readonly logger?: LoggerService;
}

export interface GuardedApp {
  readonly url: string;
  readonly nest: INestApplication;
  get<Token>(token: Type<Token> | symbol): Token;
  close(): Promise<void>;
}

/** Starts a Nest app on loopback whose every route is behind the guard. */
export async function startGuardedApp(options: GuardedAppOptions): Promise<GuardedApp> {
  @Module({
    imports: [
      IasModule.forRoot({ ...options.ias, isGlobal: true }),
      ...(options.module ? [options.module] : []),
    ],
    controllers: options.module ? [] : [EchoController],
    providers: options.module ? [] : [{ provide: APP_GUARD, useExisting: IasAuthGuard }],
  })
  class AppModule {}

  const builder = Test.createTestingModule({ imports: [AppModule] })
    .overrideProvider(IAS_CLOCK)
    .useValue(options.clock ?? Date.now);
  const testing = await (options.override?.(builder) ?? builder).compile();
  const adapter = options.platform === 'express' ? new ExpressAdapter() : new FastifyAdapter();
  const app = testing.createNestApplication(adapter, { logger: options.logger ?? false });
  options.configure?.(app);
  await app.listen(0, '127.0.0.1');
  const { port } = (app.getHttpServer() as Server).address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    nest: app,
    get: (token) => app.get(token, { strict: false }),
    close: () => app.close(),
  };
}
