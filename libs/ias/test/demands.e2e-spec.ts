import { Controller, Get, Module } from '@nestjs/common';
import type { Type } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import {
  AllowCallers,
  IasAuthGuard,
  ProofOfPossession,
  Public,
  RequireApi,
  TechnicalUserOnly,
} from 'nest-ias';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEMANDS } from '../src/guard/demands.decorator.js';
import { startGuardedApp } from './guarded-app.js';
import type { GuardedApp } from './guarded-app.js';
import { sendRaw } from './raw-request.js';
import { startTrustedLandscape } from './trusting-landscape.js';
import type { TrustedLandscape } from './trusting-landscape.js';

type Demand = keyof typeof DEMANDS;

/** Each demand as an app makes it; the loosest where there are several, which demands a token nevertheless. */
const DECORATORS: Readonly<Record<Demand, MethodDecorator>> = {
  proofOfPossession: ProofOfPossession('off'),
  apis: RequireApi([]),
  isForTechnicalUsers: TechnicalUserOnly(false),
  callers: AllowCallers('a'),
};
const NAMES = Object.keys(DEMANDS) as Demand[];

function publicControllerWith(name: Demand): Type {
  @Controller(name)
  @Public()
  class PublicController {
    @Get('demanding')
    @(DECORATORS[name])
    demanding(): string {
      return 'open';
    }

    @Get('open')
    open(): string {
      return 'open';
    }
  }
  return PublicController;
}

@Module({
  controllers: NAMES.map(publicControllerWith),
  providers: [{ provide: APP_GUARD, useExisting: IasAuthGuard }],
})
class RoutesModule {}

describe('a handler of a public controller', () => {
  let trusted: TrustedLandscape;
  let app: GuardedApp;

  beforeAll(async () => {
    trusted = await startTrustedLandscape();
    app = await startGuardedApp({ ias: trusted.ias, module: RoutesModule });
  });

  afterAll(async () => {
    await app.close();
    await trusted.stop();
  });

  it.each(NAMES)('is protected by the demand "%s"', async (name) => {
    const { status, body } = await sendRaw(`${app.url}/${name}/demanding`, []);
    expect(status).toBe(401);
    expect(JSON.parse(body)).toMatchObject({ code: 'credentials_missing' });
  });

  it.each(NAMES)('is public next to one with the demand "%s"', async (name) => {
    expect((await sendRaw(`${app.url}/${name}/open`, [])).status).toBe(200);
  });
});
