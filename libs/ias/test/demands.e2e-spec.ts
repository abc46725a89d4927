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

type DemandDecorator = ClassDecorator & MethodDecorator;

/** Each demand as an app makes it; the loosest where there are several, which demands a token nevertheless. */
const DECORATORS: Readonly<Record<Demand, DemandDecorator>> = {
  proofOfPossession: ProofOfPossession('off'),
  apis: RequireApi([]),
  isForTechnicalUsers: TechnicalUserOnly(false),
  callers: AllowCallers('a'),
};
const NAMES = Object.keys(DEMANDS) as Demand[];

/** Controllers that are public and have a demand, by the place of the demand. */
const CONTROLLERS: Readonly<Record<string, (demand: DemandDecorator) => Type>> = {
  'the handler': (demand) => {
    @Public()
    class PublicController extends RoutesOf(demand) {}
    return PublicController;
  },
  'the public class': (demand) => {
    @Public()
    @demand
    class PublicController extends RoutesOf() {}
    return PublicController;
  },
  'a class that extends the public one': (demand) => {
    @Public()
    class PublicController extends RoutesOf() {}
    @demand
    class Demanding extends PublicController {}
    return Demanding;
  },
  'a class that the public one extends': (demand) => {
    @demand
    class Demanding extends RoutesOf() {}
    @Public()
    class PublicController extends Demanding {}
    return PublicController;
  },
};
const PLACES = Object.keys(CONTROLLERS);

function RoutesOf(demand: MethodDecorator = () => undefined): Type {
  class Routes {
    @Get('demanding')
    @demand
    demanding(): string {
      return 'open';
    }

    @Get('plain')
    plain(): string {
      return 'open';
    }

    @Get('public')
    @Public()
    @demand
    public(): string {
      return 'open';
    }
  }
  return Routes;
}

const pathOf = (name: Demand, place: string) => `${name}/${PLACES.indexOf(place)}`;

@Module({
  controllers: NAMES.flatMap((name) =>
    Object.entries(CONTROLLERS).map(([place, create]) => {
      const controller = create(DECORATORS[name]);
      Controller(pathOf(name, place))(controller);
      return controller;
    }),
  ),
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

  const get = (name: Demand, place: string, handler: string) =>
    sendRaw(`${app.url}/${pathOf(name, place)}/${handler}`, []);

  describe.each(PLACES)('with a demand on %s', (place) => {
    it.each(NAMES)('is protected by the demand "%s"', async (name) => {
      const { status, body } = await get(name, place, 'demanding');
      expect(status).toBe(401);
      expect(JSON.parse(body)).toMatchObject({ code: 'credentials_missing' });
    });

    it.each(NAMES)('is public with its own "@Public()" next to the demand "%s"', async (name) => {
      expect((await get(name, place, 'public')).status).toBe(200);
    });
  });

  it.each(NAMES)('is public next to one with the demand "%s"', async (name) => {
    expect((await get(name, 'the handler', 'plain')).status).toBe(200);
  });
});
