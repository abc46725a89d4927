import type { ExecutionContext, Type } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { describe, expect, it } from 'vitest';
import {
  AllowCallers,
  DEMANDS,
  ProofOfPossession,
  Public,
  RequireApi,
  TechnicalUserOnly,
} from './demands.decorator.js';
import { RoutePolicyReader } from './route-policy.js';

const contextOf = (controller: Type, method: string) =>
  ({
    getClass: () => controller,
    getHandler: () => (controller.prototype as Record<string, unknown>)[method],
  }) as ExecutionContext;
const policyOf = (controller: Type, method: string) =>
  new RoutePolicyReader(new Reflector()).read(contextOf(controller, method));

class PlainController {
  plain(): void {}

  @Public()
  open(): void {}

  @ProofOfPossession('required')
  @RequireApi('read')
  @TechnicalUserOnly()
  @AllowCallers('a', 'b')
  demanding(): void {}
}

@Public()
class OpenController {
  open(): void {}

  @Public(false)
  closed(): void {}

  @Public()
  @RequireApi('read')
  openDespiteDemand(): void {}
}

@RequireApi(['read', 'write'])
@TechnicalUserOnly()
class DemandingController {
  inherits(): void {}

  @RequireApi(['read', 'write'], { any: true })
  @TechnicalUserOnly(false)
  overrides(): void {}
}

@Public(false)
class ClosedController {
  closed(): void {}
}

describe('RoutePolicyReader', () => {
  it('protects a route without decorators, and demands only a token', () => {
    expect(policyOf(PlainController, 'plain')).toEqual({
      isPublic: false,
      proofOfPossession: undefined,
      apis: undefined,
      isForTechnicalUsers: undefined,
      callers: undefined,
    });
  });

  it('reads each decorator of a handler', () => {
    expect(policyOf(PlainController, 'demanding')).toEqual({
      isPublic: false,
      proofOfPossession: 'required',
      apis: { names: ['read'], any: false },
      isForTechnicalUsers: true,
      callers: ['a', 'b'],
    });
  });

  it('uses the decorators of the class, and those of the handler before them', () => {
    expect(policyOf(DemandingController, 'inherits')).toMatchObject({
      apis: { names: ['read', 'write'], any: false },
      isForTechnicalUsers: true,
    });
    expect(policyOf(DemandingController, 'overrides')).toMatchObject({
      apis: { names: ['read', 'write'], any: true },
      isForTechnicalUsers: false,
    });
  });

  it.each<[Type, string, boolean]>([
    [PlainController, 'open', true],
    [OpenController, 'open', true],
    [OpenController, 'closed', false],
    [OpenController, 'openDespiteDemand', true],
    [ClosedController, 'closed', false],
    [DemandingController, 'inherits', false],
  ])('finds whether a route is public: %o %s: %j', (controller, method, isPublic) => {
    expect(policyOf(controller, method).isPublic).toBe(isPublic);
  });

  it.each([
    ['proofOfPossession', ProofOfPossession('off')],
    ['apis', RequireApi([])],
    ['isForTechnicalUsers', TechnicalUserOnly(false)],
    ['callers', AllowCallers()],
  ] satisfies [keyof typeof DEMANDS, MethodDecorator][])(
    'protects a handler with the demand "%s" in a public controller',
    (_, decorator) => {
      @Public()
      class MixedController {
        @decorator
        demanding(): void {}
      }
      expect(policyOf(MixedController, 'demanding').isPublic).toBe(false);
    },
  );

  it('reads the decorators of a route once', () => {
    const reader = new RoutePolicyReader(new Reflector());
    const first = reader.read(contextOf(PlainController, 'plain'));
    const other = reader.read(contextOf(PlainController, 'demanding'));
    expect(reader.read(contextOf(PlainController, 'plain'))).toBe(first);
    expect(reader.read(contextOf(PlainController, 'demanding'))).toBe(other);
    expect(other).not.toBe(first);
  });

  it('keeps the policies of two controllers that share a handler apart', () => {
    @Public()
    class OpenHeir extends PlainController {}
    class ClosedHeir extends PlainController {}
    const reader = new RoutePolicyReader(new Reflector());
    expect(reader.read(contextOf(OpenHeir, 'plain')).isPublic).toBe(true);
    expect(reader.read(contextOf(ClosedHeir, 'plain')).isPublic).toBe(false);
  });
});
